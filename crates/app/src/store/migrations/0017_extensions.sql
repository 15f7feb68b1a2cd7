-- What is pressed once a number is answered: of a call, and of a person's number.
ALTER TABLE calls ADD COLUMN extension TEXT;
ALTER TABLE person_numbers ADD COLUMN extension TEXT;
