"""What is learnt: lessons, their evidence, the baseline checklist and the glossary."""
