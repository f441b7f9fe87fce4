package world

import (
	"strings"
	"testing"

	"github.com/buttonbench/button"
)

func TestNoNameIsAPartOfAnother(t *testing.T) {
	all := append(firstNames[:len(firstNames):len(firstNames)], lastNames[:]...)
	for i, a := range all {
		for j, b := range all {
			if i != j && strings.Contains(strings.ToLower(b), strings.ToLower(a)) {
				t.Errorf("%q is a part of %q", a, b)
			}
		}
	}
}

func TestMailAddress(t *testing.T) {
	random := button.NewRandom(4)
	for _, name := range []string{"Ines Holm", "Brian O'Malley", "Jörg Ødegård-Müller", "Madonna", "Anna de la Cruz"} {
		for range 50 {
			address, err := mailAddress(name, random)
			if err != nil || readEmail(address, 0) != len(address) || strings.ToLower(address) != address {
				t.Fatalf("%q: %q, %v", name, address, err)
			}
		}
	}
	if address, err := mailAddress("二郎", random); err == nil {
		t.Errorf("got %q of a name without a Latin letter", address)
	}
}
