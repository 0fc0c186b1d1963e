"""What a new draft says where the editor has not written yet; none of it is for citizens."""

VALUE = "Fyll i"
SUMMARY = "Skriv en eller två meningar som säger det viktigaste."
BODY = "Skriv texten här, eller ta bort raden."
ALL = (VALUE, SUMMARY, BODY)
