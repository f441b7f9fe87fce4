package services

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/buttonbench/button/internal/python"
)

// drawKind draws a value of any kind, often one that a service knows.
func drawKind(t *rapid.T, depth int) python.Value {
	most := 13
	if depth == 0 {
		most = 8
	}
	switch rapid.IntRange(0, most).Draw(t, "kind") {
	case 0:
		return nil
	case 1:
		return rapid.Bool().Draw(t, "bool")
	case 2:
		return python.NewInt(rapid.SampledFrom([]int64{0, 1, -1, 2, 5, 20, 60, 100, 12345, 1 << 62, -1 << 63}).Draw(t, "int"))
	case 3:
		power, err := python.Power(python.NewInt(10), python.NewInt(400))
		if err != nil {
			t.Fatal(err)
		}
		return power
	case 4:
		return rapid.Float64().Draw(t, "float")
	case 5:
		return rapid.SampledFrom([]float64{0, 0.5, 1, 5, 1e308}).Draw(t, "round float")
	case 6, 7:
		return rapid.SampledFrom([]string{
			"", "tok", "card", "bare", "b1", "odd", "2024-11-16", "SFO", "LAX", "first", "USD", "RMB", "XY", "AAPL", "buy", "START", "STOP",
			"engage", "fahrenheit", "driver", "True", "5", "nan", "a.txt", "folder", "..", ".", "/", "Alice", "USR002", "Open", "Closed", "é'\"\n",
		}).Draw(t, "known text")
	case 8:
		return python.EllipsisType{}
	case 9, 10:
		return python.NewList(drawKinds(t, depth-1)...)
	case 11:
		return python.Tuple(drawKinds(t, depth-1))
	case 12:
		set := python.NewSet()
		for _, member := range drawKinds(t, depth-1) {
			_ = set.Add(member) // kinds without a hash stay out
		}
		return set
	}
	dict := python.NewDict()
	for _, member := range drawKinds(t, depth-1) {
		dict.SetText(rapid.SampledFrom([]string{"title", "status", "driver", "balance", "5"}).Draw(t, "key"), member)
	}
	return dict
}

func drawKinds(t *rapid.T, depth int) []python.Value {
	values := make([]python.Value, rapid.IntRange(0, 3).Draw(t, "length"))
	for i := range values {
		values[i] = drawKind(t, depth)
	}
	return values
}

// kindConfiguration makes most methods reachable.
func kindConfiguration(class string) string {
	switch class {
	case "GorillaFileSystem":
		return `{"root": {"home": {"type": "directory", "contents": {"a.txt": {"type": "file", "content": "one two\nthree"}, "folder": {"type": "directory", "contents": {}}}}}}`
	case "MessageAPI":
		return `{"current_user": "USR001"}`
	case "TwitterAPI":
		return `{"authenticated": true, "tweets": {"5": {"id": 5, "username": "john", "content": "hi", "tags": ["#x"], "mentions": []}}, "tweet_counter": 6}`
	case "TicketAPI":
		return `{"current_user": "a", "ticket_queue": [{"id": 5, "title": "t", "description": "d", "status": "Open", "priority": 1, "created_by": "a"}]}`
	case "TradingBot":
		return tradingConfiguration
	case "TravelAPI":
		return travelConfiguration
	}
	return `{"fuelLevel": 10.0, "brakePedalStatus": "pressed", "brakePedalForce": 1000.0, "engineState": "running"}`
}

// changedByFailure are the attributes that a call may have changed although it
// failed.
func changedByFailure(method string) []string {
	switch method {
	case "startEngine":
		return []string{"engine_state"}
	case "lockDoors":
		return []string{"doorStatus", "remainingUnlockedDoors"}
	case "adjustClimateControl":
		return []string{"acTemperature"}
	case "setCruiseControl":
		return []string{"distanceToNextVehicle"}
	case "set_navigation":
		return []string{"destination"}
	case "add_contact":
		return []string{"user_count"}
	}
	return nil
}

// failedCall reports whether a call raised, or returned what services return when
// they refuse.
func failedCall(result python.Value, err error) bool {
	if err != nil {
		return true
	}
	dict, isMap := result.(*python.Dict)
	if !isMap {
		return false
	}
	_, refused := dict.GetText("error")
	return refused
}

// drawn is how many random numbers a service has drawn.
func drawn(service Service) int {
	switch service := service.(type) {
	case *trading:
		return service.random.used
	case *travel:
		return service.random.used
	case *vehicle:
		return service.random.used
	}
	return 0
}

// Arguments of any kind never make a method panic, and a call that fails leaves
// the state, and the random stream, as it was but for what is said of the method.
func TestArgumentsOfAnyKind(t *testing.T) {
	for _, class := range classes {
		for _, longContext := range []bool{false, true} {
			configuration := value(t, kindConfiguration(class.Name)).(*python.Dict)
			instance := func(environment *Environment) Service {
				service, err := class.New(configuration, environment)
				if err != nil {
					t.Fatal(err)
				}
				return service
			}
			rapid.Check(t, func(t *rapid.T) {
				environment := NewEnvironment(longContext, testConstants(t), testEnvironment(t, false).Today)
				service, untouched := instance(environment), instance(environment)
				method := &class.Methods[rapid.IntRange(0, len(class.Methods)-1).Draw(t, class.Name)]
				arguments := make([]python.Value, len(method.Parameters))
				for i := range arguments {
					arguments[i] = drawKind(t, 2)
				}
				result, err := method.Call(service, arguments)
				if err == nil {
					_, _ = (&Session{environment: environment}).resultText(result)
				}
				if !failedCall(result, err) {
					return
				}
				for _, attribute := range service.Differences(untouched) {
					if !slices.Contains(changedByFailure(method.Name), attribute) {
						t.Fatalf("%s changed %s and failed: %v, %v", method.Name, attribute, result, err)
					}
				}
				if drawn(service) != drawn(untouched) {
					t.Fatalf("%s drew a number and failed: %v, %v", method.Name, result, err)
				}
			})
		}
	}
}

// Configurations of any kind are taken or refused; they never make a class panic,
// nor are they changed by what is done to an instance.
func TestConfigurationsOfAnyKind(t *testing.T) {
	members := []string{
		"orders", "account_info", "authenticated", "market_status", "order_counter", "stocks", "watch_list", "transaction_history",
		"credit_card_list", "booking_record", "access_token", "token_expires_in", "budget_limit", "fuelLevel", "doorStatus", "brakePedalForce",
		"root", "user_map", "inbox", "tweets", "comments", "following_list", "tweet_counter", "ticket_queue", "ticket_counter", "current_user",
	}
	rapid.Check(t, func(t *rapid.T) {
		class := rapid.SampledFrom(classes).Draw(t, "class")
		configuration := python.NewDict()
		for range rapid.IntRange(0, 4).Draw(t, "members") {
			configuration.SetText(rapid.SampledFrom(members).Draw(t, "member"), drawKind(t, 2))
		}
		before, _ := python.Repr(configuration)
		service, err := class.New(configuration, testEnvironment(t, rapid.Bool().Draw(t, "long")))
		if err != nil {
			return
		}
		for range 3 {
			method := &class.Methods[rapid.IntRange(0, len(class.Methods)-1).Draw(t, class.Name)]
			arguments := make([]python.Value, len(method.Parameters))
			for i := range arguments {
				arguments[i] = drawKind(t, 1)
			}
			_, _ = method.Call(service, arguments)
		}
		if after, _ := python.Repr(configuration); after != before {
			t.Fatalf("%s: the configuration was changed\nfrom %s\nto   %s", class.Name, before, after)
		}
	})
}
