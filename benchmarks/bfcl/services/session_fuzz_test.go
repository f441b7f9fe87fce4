package services

import (
	"strings"
	"testing"

	"github.com/buttonbench/button/internal/python"
)

// FuzzServices runs call texts, one a line, against each service: the byte chooses
// the class and whether the entry is of long context. Whatever they say, they get
// a text each, a second run gives the same ones, the states can be compared and the
// configuration stays as it was.
func FuzzServices(f *testing.F) {
	for _, class := range classes {
		for _, method := range class.Methods {
			names := make([]string, len(method.Parameters))
			for i, parameter := range method.Parameters {
				names[i] = parameter.Name + "='5'"
			}
			for i := range classes {
				if classes[i] == class {
					f.Add(byte(2*i), method.Name+"("+strings.Join(names, ", ")+")")
					f.Add(byte(2*i+1), method.Name+"("+strings.ReplaceAll(strings.Join(names, ", "), "'5'", "[{}, None, 5.5]")+")")
				}
			}
		}
	}
	f.Add(byte(1), "mkdir(dir_name='.')\ncp(source='.', destination='x')\ncd(folder='x')\nfind()\ndu()\nmv(source='x', destination='..')")
	f.Add(byte(8), "create_ticket(title=get_user_tickets())\nedit_ticket(ticket_id=5, updates={'title': get_ticket(ticket_id=5)})\nget_ticket(ticket_id=5)")
	f.Add(byte(6), "post_tweet('a', mentions=get_tweet(5)['mentions'])\nmention(6, get_tweet(5)['mentions'])\nmention(5, get_tweet(6)['mentions'])")
	f.Add(byte(13), "purchase_insurance('tok', 1, 'b1', 1e999, 'c1')\nget_all_credit_cards()\ncancel_booking('tok', 'b1')")
	f.Fuzz(func(t *testing.T, choice byte, calls string) {
		class := classes[int(choice/2)%len(classes)]
		configuration := record(class.Name, value(t, kindConfiguration(class.Name)))
		session := func() *Session {
			s, err := NewSession("multi_turn_base_0", "m", []string{class.Name}, configuration, testEnvironment(t, choice%2 == 1))
			if err != nil {
				t.Fatal(err)
			}
			return s
		}
		first, second := session(), session()
		for call := range strings.Lines(calls) {
			one, other := first.Execute(call), second.Execute(call)
			if one != other {
				t.Fatalf("%s\nonce  %s\ntwice %s", call, one, other)
			}
		}
		Compare(first, second) // a value that holds itself, or is no number, equals nothing
		before, _ := python.Repr(value(t, kindConfiguration(class.Name)))
		if after, _ := python.Repr(configuration); !strings.Contains(after, before) {
			t.Fatalf("the configuration was changed to %s", after)
		}
	})
}
