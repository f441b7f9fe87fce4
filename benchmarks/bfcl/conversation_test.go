package bfcl

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/buttonbench/button/benchmarks/bfcl/services"
	"github.com/buttonbench/button/internal/python"
)

// conversationEntry makes an entry of our own.
func conversationEntry(t testing.TB, question, answer string) *Entry {
	t.Helper()
	category, known := LookUpCategory("multi_turn_base")
	if !known {
		t.Fatal("no category multi_turn_base")
	}
	return newEntry("multi_turn_base_0", category, 0, line{text: question, file: "q.json", number: 1}, line{text: answer, file: "a.json", number: 1})
}

func lockEntry(t testing.TB) *Entry {
	return conversationEntry(t,
		`{"id": "multi_turn_base_0", "involved_classes": ["VehicleControlAPI", "TradingBot"], "initial_config": {"VehicleControlAPI": {"fuelLevel": 5.0}, "TradingBot": {"authenticated": true}}}`,
		`{"id": "multi_turn_base_0", "ground_truth": [["fillFuelTank(fuelAmount=5)"], [], ["lockDoors(unlock=False, door=['driver'])", "get_current_time()"], ["gallon_to_liter(gallon=1)"]]}`)
}

func testJudge() *ConversationJudge {
	return &ConversationJudge{today: verdictDay, constants: func() (*services.Constants, error) { return nil, errors.New("no constants here") }}
}

const (
	fill  = "fillFuelTank(fuelAmount=5)"
	lock  = "lockDoors(unlock=False, door=['driver'])"
	clock = "get_current_time()"
	liter = "gallon_to_liter(gallon=1)"
)

func TestConversationVerdict(t *testing.T) {
	turn := func(steps ...[]string) [][]string { return steps }
	step := func(calls ...string) []string { return calls }
	for _, test := range []struct {
		name  string
		c     Conversation
		want  ConversationVerdict
		turns []TurnScore // nil: not looked at
	}{
		{
			name:  "as the answer",
			c:     Conversation{Steps: [][][]string{turn(step(fill)), nil, turn(step(lock), step(clock)), turn(step(liter))}},
			want:  ConversationVerdict{Valid: true, Turn: -1},
			turns: []TurnScore{{RolledOut: true, Restarted: true}, {Silent: true, RolledOut: true, Restarted: true}, {RolledOut: true, Restarted: true}, {RolledOut: true, Restarted: true}},
		},
		{
			name: "other order, more calls, undecodable steps, numbers of another kind",
			c:    Conversation{Steps: [][][]string{turn(nil, step("displayCarStatus(option='fuel')", "fillFuelTank(fuelAmount=5.0)"), step()), nil, turn(step(clock, lock)), turn(step(liter))}},
			want: ConversationVerdict{Valid: true, Turn: -1},
		},
		{
			name:  "an error",
			c:     Conversation{Failed: true},
			want:  ConversationVerdict{ErrorType: ErrorInference, Turn: -1},
			turns: []TurnScore{{Fault: ErrorForceTerminated, RestartedFault: ErrorForceTerminated}, {Silent: true, Fault: ErrorForceTerminated, RestartedFault: ErrorForceTerminated}, {Fault: ErrorForceTerminated, RestartedFault: ErrorForceTerminated}, {Fault: ErrorForceTerminated, RestartedFault: ErrorForceTerminated}},
		},
		{
			name:  "turns missing",
			c:     Conversation{Steps: [][][]string{turn(step(fill))}},
			want:  ConversationVerdict{ErrorType: ErrorForceTerminated, Turn: -1},
			turns: []TurnScore{{RolledOut: true, Restarted: true}, {Silent: true, Fault: ErrorForceTerminated, RestartedFault: ErrorForceTerminated}, {Fault: ErrorForceTerminated, RestartedFault: ErrorForceTerminated}, {Fault: ErrorForceTerminated, RestartedFault: ErrorForceTerminated}},
		},
		{
			name: "an empty turn before a state that differs",
			c:    Conversation{Steps: [][][]string{turn(nil, step()), nil, turn(step(lock, clock)), turn(step(liter))}},
			want: ConversationVerdict{ErrorType: ErrorEmptyTurn, Turn: 0},
			turns: []TurnScore{
				{Fault: ErrorEmptyTurn, RestartedFault: ErrorEmptyTurn}, {Silent: true, RolledOut: true, Restarted: true},
				{Fault: ErrorStateMismatch, Restarted: true}, {Fault: ErrorStateMismatch, Restarted: true},
			},
		},
		{
			name: "a slip early on spoils all later turns but for those begun anew",
			c:    Conversation{Steps: [][][]string{turn(step("fillFuelTank(fuelAmount=6)")), nil, turn(step(lock, clock)), turn(step(liter))}},
			want: ConversationVerdict{ErrorType: ErrorStateMismatch, Turn: 0, StateClass: "VehicleControlAPI", StateAttributes: []string{"fuelLevel"}},
			turns: []TurnScore{
				{Fault: ErrorStateMismatch, RestartedFault: ErrorStateMismatch}, {Silent: true, RolledOut: true, Restarted: true},
				{Fault: ErrorStateMismatch, Restarted: true}, {Fault: ErrorStateMismatch, Restarted: true},
			},
		},
		{
			name: "calls where silence is wanted count officially only by what they change",
			c:    Conversation{Steps: [][][]string{turn(step(fill)), turn(step(liter)), turn(step(lock, clock)), turn(step("get_current_speed()"))}},
			want: ConversationVerdict{Valid: true, Turn: -1}, // and an earlier result serves
			turns: []TurnScore{
				{RolledOut: true, Restarted: true}, {Silent: true, Fault: FaultNotSilent, RestartedFault: FaultNotSilent},
				{RolledOut: true, Restarted: true}, {RolledOut: true, RestartedFault: ErrorResponseMismatch},
			},
		},
		{
			name: "a response is missing, also when it is the same number written otherwise",
			c:    Conversation{Steps: [][][]string{turn(step(fill)), nil, turn(step(lock, "get_current_time()[0:1]")), turn(step(liter))}},
			want: ConversationVerdict{ErrorType: ErrorResponseMismatch, Turn: 2, Missing: []string{`{"current_time": "10:30 AM"}`}},
		},
		{
			name: "an exception, and what was changed before it",
			c:    Conversation{Steps: [][][]string{turn(step(fill, "lockDoors(unlock=False, door=['driver', 'boot'])")), nil, turn(step(clock)), turn(step(liter))}},
			want: ConversationVerdict{ErrorType: ErrorStateMismatch, Turn: 0, StateClass: "VehicleControlAPI", StateAttributes: []string{"remainingUnlockedDoors", "doorStatus"}},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.c.Entry, test.c.Model = lockEntry(t), "m"
			judge := testJudge()
			have, err := judge.Judge(test.c)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, have); diff != "" {
				t.Errorf("judged (-want +have):\n%s", diff)
			}
			examined, err := judge.Examine(test.c)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, examined.Official); diff != "" {
				t.Errorf("examined (-want +have):\n%s", diff)
			}
			if test.turns != nil {
				if diff := cmp.Diff(test.turns, examined.Scores.Turns); diff != "" {
					t.Errorf("turns (-want +have):\n%s", diff)
				}
			}
		})
	}
}

func TestConversationCounts(t *testing.T) {
	e, err := testJudge().Examine(Conversation{Entry: lockEntry(t), Model: "m", Steps: [][][]string{
		{{fill}, nil, {}}, {{liter}}, {{lock, clock}, {"honk()"}}, {{liter}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	e.Scores.Turns = nil
	want := ConversationScores{Calls: 6, Steps: 5, ParallelSteps: 1, ExpectedCalls: 4, Exceptions: 1}
	if diff := cmp.Diff(want, e.Scores); diff != "" || !e.Official.Valid {
		t.Errorf("valid %v, (-want +have):\n%s", e.Official.Valid, diff)
	}
	results := [][][]string{
		{{`{"fuelLevel": 10.0}`}, nil, {}}, {{`{"liter": 3.78541}`}},
		{{`{"lockStatus": "locked", "remainingUnlockedDoors": 3}`, `{"current_time": "10:30 AM"}`}, {"Error during execution: name 'honk' is not defined"}},
		{{`{"liter": 3.78541}`}},
	}
	if diff := cmp.Diff(results, e.Results); diff != "" {
		t.Errorf("results (-want +have):\n%s", diff)
	}
}

// The posts without mentions of both sides hold one list: what the model mentions
// shows in the answer's post. So such an answer is not executed alone.
func TestConversationSharedMentions(t *testing.T) {
	entry := conversationEntry(t,
		`{"id": "multi_turn_base_0", "involved_classes": ["TwitterAPI"], "initial_config": {"TwitterAPI": {"authenticated": true}}}`,
		`{"id": "multi_turn_base_0", "ground_truth": [["post_tweet(content='x')", "mention(tweet_id=0, mentioned_usernames=['@a'])"], ["get_tweet(tweet_id=0)"]]}`)
	judge := testJudge()
	v, err := judge.Judge(Conversation{Entry: entry, Model: "m", Steps: [][][]string{
		{{"post_tweet(content='x')", "mention(tweet_id=0, mentioned_usernames=['@a'])"}}, {{"get_tweet(tweet_id=0)"}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	// The answer's own post is returned with the model's mention already in it.
	want := ConversationVerdict{ErrorType: ErrorResponseMismatch, Turn: 0, Missing: []string{`{"id": 0, "username": "john", "content": "x", "tags": [], "mentions": ["@a"]}`}}
	if diff := cmp.Diff(want, v); diff != "" {
		t.Errorf("(-want +have):\n%s", diff)
	}
}

// A conversation cannot take all time or memory: beyond a bound no call is executed,
// neither the model's nor, where they share it, the answer's, and that is no pass.
func TestConversationBound(t *testing.T) {
	shared := conversationEntry(t,
		`{"id": "multi_turn_base_0", "involved_classes": ["TwitterAPI"]}`,
		`{"id": "multi_turn_base_0", "ground_truth": [["posting_get_login_status()"], ["post_tweet(content='x')"]]}`)
	many := slices.Repeat([]string{"posting_get_login_status()"}, 70000)
	for _, test := range []struct {
		c    Conversation
		want ConversationVerdict
	}{
		{Conversation{Entry: lockEntry(t), Steps: [][][]string{{{fill}, many}, nil, {{lock, clock}}, {{liter}}}}, ConversationVerdict{ErrorType: ErrorResponseMismatch, Turn: 0}},
		{Conversation{Entry: shared, Steps: [][][]string{{many}, {many[:1]}}}, ConversationVerdict{ErrorType: ErrorResponseMismatch, Turn: 0}},
	} {
		have, err := testJudge().Judge(test.c)
		if err != nil || have.Valid || have.ErrorType != test.want.ErrorType || have.Turn != test.want.Turn {
			t.Errorf("have %+v, %v, want %+v", have, err, test.want)
		}
	}
}

func TestMissingFrom(t *testing.T) {
	for _, test := range []struct{ there, expected, want string }{
		{"a b a", "a a", ""},
		{"a b", "a a", "a"},
		{"a b c", "c b", ""},
		{"", "x x", "x x"},
		{"a", "", ""},
	} {
		if have := missingFrom(strings.Fields(test.there), strings.Fields(test.expected)); !slices.Equal(have, strings.Fields(test.want)) {
			t.Errorf("%q in %q: missing %q, want %q", test.expected, test.there, have, test.want)
		}
	}
}

// Errors name the entry, and are those of the data.
func TestConversationDataErrors(t *testing.T) {
	simple, _ := LookUpCategory("simple_python")
	for _, test := range []struct {
		entry *Entry
		want  string
	}{
		{newEntry("simple_python_0", simple, 0, line{}, line{}), "judging simple_python_0: the category simple_python is not judged by executing calls"},
		{conversationEntry(t, `{"involved_classes": ["HotelAPI"]}`, `{"ground_truth": [["a()"]]}`), `no service of class "HotelAPI"`},
		{conversationEntry(t, `{"involved_classes": 5}`, `{"ground_truth": []}`), "q.json:1: involved_classes: want a list, have int"},
		{conversationEntry(t, `{"involved_classes": []}`, `{"ground_truth": [5]}`), "a.json:1: ground_truth[0]: want a list, have int"},
		{conversationEntry(t, `{"involved_classes": ["TradingBot"], "initial_config": {"TradingBot": {"orders": []}}}`, `{"ground_truth": [["a()"]]}`), "TradingBot: orders is to be a map"},
	} {
		_, err := testJudge().Judge(Conversation{Entry: test.entry})
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("have %v, want %s", err, test.want)
		}
	}
}

// A checkout of upstream keeps the long-context constants in a source file.
func TestConstantsFromACheckout(t *testing.T) {
	root := t.TempDir()
	write := func(path, text string) {
		t.Helper()
		path = filepath.Join(root, filepath.FromSlash(path))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	const leaderboard = "berkeley-function-call-leaderboard/bfcl_eval/"
	write(leaderboard+"data/BFCL_v4_multi_turn_long_context.json", "")
	data, err := Load(root)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := data.LongContextConstants(); err == nil || !strings.Contains(err.Error(), "long_context.py") {
		t.Errorf("without constants: %v", err)
	}
	write(leaderboard+"eval_checker/multi_turn_eval/func_source_code/long_context.py", "WATCH_LIST_EXTENSION = ['A', ...]\nimport os\nX = os.getcwd()\n")
	if data, err = Load(root); err != nil {
		t.Fatal(err)
	}
	constants, err := data.LongContextConstants()
	if err != nil {
		t.Fatal(err)
	}
	if have, err := python.Repr(constants); err != nil || have != "{'WATCH_LIST_EXTENSION': ['A', Ellipsis]}" {
		t.Errorf("have %s, %v", have, err)
	}
	if _, err := services.NewConstants(constants); err == nil || !strings.Contains(err.Error(), "BOOKING_RECORD_EXTENSION is missing") {
		t.Error(err)
	}
}

// Many goroutines may judge conversations of one entry: its answer, executed once,
// is only compared with.
func TestConversationsConcurrently(t *testing.T) {
	judge, entry := testJudge(), lockEntry(t)
	conversations := []Conversation{
		{Entry: entry, Steps: [][][]string{{{fill}}, nil, {{lock}, {clock}}, {{liter}}}},
		{Entry: entry, Steps: [][][]string{{{fill, "lockDoors(unlock=True, door=['driver'])"}}, nil, {{clock}}, {{liter}}}},
		{Entry: entry, Steps: [][][]string{{{"place_order(order_type='Buy', symbol='AAPL', price=1, amount=1)"}}, nil, {{clock}}, {{liter}}}},
	}
	want := []string{"", ErrorStateMismatch, ErrorStateMismatch}
	var working sync.WaitGroup
	for worker := range 8 {
		working.Go(func() {
			for i := range 60 {
				at := (worker + i) % len(conversations)
				e, err := judge.Examine(conversations[at])
				if err != nil || e.Official.ErrorType != want[at] {
					t.Errorf("conversation %d: %+v, %v", at, e.Official, err)
				}
			}
		})
	}
	working.Wait()
}
