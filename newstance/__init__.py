"""newstance reads news sentences and says what each is about and which side it takes."""
