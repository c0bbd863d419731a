
room