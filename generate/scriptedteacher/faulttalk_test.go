package scriptedteacher

import "testing"

// TestUserDiscloses wants no fact told too early by a user who changes one: by then
// the fact that was held back has been asked for and said.
func TestUserDiscloses(t *testing.T) {
	for when, want := range map[string]bool{"open": true, "correct": false} {
		written := &userReply{Message: "It is another day."}
		p := &planting{turn: testTurn(t, stageUser), read: userMaterial{Turn: when, Goal: "Find the train on [f3]."}, written: written, out: &reply{}}
		if have := p.userDiscloses(); have != want || len(written.Disclosed) > 0 != want {
			t.Errorf("%s: planted %v in %+v, want %v", when, have, written, want)
		}
	}
}
