"""What the help says, in the words of the office: of each button, each state, each desk. Beside the tables of the journey
(documents.states), which a test compares it with: a step or state without its sentence does not pass."""
