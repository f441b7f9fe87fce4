package world

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// firstNames and lastNames are of mixed origin. No name is an English word that
// a request might hold, none is a part of another, and no first name is also a
// last name, so that a full name in a text is recognised by its two parts.
var firstNames = [...]string{
	"Aaliyah", "Adebayo", "Agnieszka", "Aisling", "Amadou", "Anneke", "Arturo", "Astrid", "Ayumi", "Bence",
	"Birgit", "Branko", "Camille", "Catarina", "Chiara", "Dagny", "Danuta", "Dmitri", "Eilidh", "Ewa",
	"Fatima", "Femke", "Giulia", "Goran", "Hamish", "Henrik", "Hyejin", "Ibrahim", "Ilse", "Ines",
	"Ivana", "Jarek", "Joaquin", "Kaito", "Katya", "Kwame", "Lasse", "Leila", "Ludovic", "Magda",
	"Malik", "Marit", "Mehmet", "Miriam", "Nadia", "Naveen", "Niamh", "Nkechi", "Olga", "Oskar",
	"Paolo", "Petra", "Priya", "Rafael", "Rashid", "Renske", "Rosalind", "Sanna", "Selma", "Shreya",
	"Silvio", "Sunniva", "Tamsin", "Tariq", "Teodor", "Thandi", "Ulrike", "Vikram", "Wanjiru", "Xenia",
	"Yannick", "Yusuf", "Zoltan", "Zsofia",
}

var lastNames = [...]string{
	"Abara", "Achterberg", "Akintola", "Almeida", "Andersson", "Baptiste", "Bergstrom", "Bianchi", "Bielski", "Calloway",
	"Castellano", "Chukwu", "Cooper-Lyle", "Dahl", "Demirci", "Devereux", "Dlamini", "Dvorak", "Eriksen", "Esposito",
	"Farouk", "Fennimore", "Ferreira", "Fitzgerald", "Gallagher", "Ghosh", "Grabowski", "Gruber", "Haddad", "Halvorsen",
	"Hashimoto", "Hewitt", "Hofstra", "Holm", "Horvath", "Ibarra", "Iyer", "Jankovic", "Kamau", "Kapoor",
	"Kaminski", "Keating", "Kovacs", "Laurent", "Lindqvist", "Lombardi", "MacLeod", "Mahlangu", "Marchetti", "Mbeki",
	"McAllister", "Medina", "Mensah", "Moreau", "Nakamura", "Nguyen", "Novotny", "O'Malley", "Okafor", "Olsen",
	"Oyelaran", "Papadakis", "Pellegrini", "Petrov", "Pritchard", "Quiroga", "Radcliffe", "Rahman", "Reinholt", "Rossetti",
	"Sandoval", "Sato", "Schreiber", "Shimizu", "Sinclair", "Solheim", "Szabo", "Takeda", "Tanaka", "Thorburn",
	"Tikhonov", "Trevelyan", "Uddin", "Umarov", "Vasquez", "Verhoeven", "Villanueva", "Wachowski", "Whitlock", "Winterbourne",
	"Yamada", "Yildiz", "Zeller", "Zielinski",
}

// personName draws an invented full name.
func personName(random *rand.Rand) string {
	return firstNames[random.IntN(len(firstNames))] + " " + lastNames[random.IntN(len(lastNames))]
}

// Host names that RFC 2606 and RFC 6761 keep free for examples: mail to them reaches nobody.
var mailHosts = [...]string{"example.org", "example.com", "example.net", "mail.example.org", "post.example.com"}

// foldAccents makes letters of names fit for a mail address.
var foldAccents = strings.NewReplacer("ö", "o", "ø", "o", "ó", "o", "ä", "a", "å", "a", "á", "a", "ü", "u", "ú", "u",
	"é", "e", "è", "e", "í", "i", "ñ", "n", "ç", "c", "ß", "ss")

// mailAddress makes an address for a name, in a domain reserved for examples.
func mailAddress(name string, random *rand.Rand) (string, error) {
	var parts []string
	for _, word := range strings.Fields(foldAccents.Replace(strings.ToLower(name))) {
		if plain := keepLetters(word); plain != "" {
			parts = append(parts, plain)
		}
	}
	if len(parts) == 0 {
		return "", fmt.Errorf("no address can be made of the name %q", clip(name))
	}
	first, last := parts[0], parts[len(parts)-1]
	shape, number := random.IntN(4), 10+random.IntN(90)
	local := first + "." + last
	switch {
	case len(parts) == 1:
		local = fmt.Sprint(first, number)
	case shape == 0:
		local = first[:1] + "." + last
	case shape == 1:
		local = fmt.Sprint(last, number)
	}
	return local + "@" + mailHosts[random.IntN(len(mailHosts))], nil
}

// keepLetters drops everything but a to z.
func keepLetters(word string) string {
	return strings.Map(func(r rune) rune {
		if 'a' <= r && r <= 'z' {
			return r
		}
		return -1
	}, word)
}

// Number ranges that Ofcom sets aside for drama: they ring nowhere.
var phonePrefixes = [...]string{
	"07700 900", "020 7946 0", "0113 496 0", "0114 496 0", "0115 496 0", "0116 496 0", "0117 496 0", "0118 496 0",
	"0121 496 0", "0131 496 0", "0141 496 0", "0151 496 0", "0161 496 0", "0191 498 0", "028 9649 6", "029 2018 0",
}

// phoneNumber draws a number that belongs to no one.
func phoneNumber(random *rand.Rand) string {
	return fmt.Sprintf("%s%03d", phonePrefixes[random.IntN(len(phonePrefixes))], random.IntN(1000))
}
