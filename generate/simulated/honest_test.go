package simulated

import (
	"encoding/json"
	"testing"

	"github.com/buttonbench/button/internal/grounding"
)

// Tasks as a good teacher writes them break no rule.
func TestHonestTasks(t *testing.T) {
	number := func(name, semantic, value string) KnownValue {
		return KnownValue{name, semantic, json.RawMessage(value)}
	}
	c := checker{locale: testLocale(), reader: grounding.On(testLocale().Today)}
	for _, task := range []AtomicTask{
		{Task: "What is the weather forecast for Leeds on 12 May 2025?", KnownValues: []KnownValue{known("city", "city", "Leeds"), known("date", "date", "2025-05-12")}},
		{Task: "Book a table for 4 people at The Oyster Room in Derby for 7:30 pm tomorrow.", KnownValues: []KnownValue{number("party_size", "number_of_people", "4"), known("restaurant", "restaurant_name", "The Oyster Room"), known("city", "city", "Derby"), known("time", "time", "19:30"), known("date", "date", "tomorrow")}},
		{Task: "Convert 250 GBP to NZD at the rate of today.", KnownValues: []KnownValue{number("amount", "amount_of_money", "250"), known("from", "currency", "GBP"), known("to", "currency", "NZD"), known("date", "date", "today")}},
		{Task: "How many calories are in 100 grams of cooked quinoa?", KnownValues: []KnownValue{known("quantity", "weight", "100 grams"), known("food", "food", "cooked quinoa")}},
		{Task: "Find the phone number of the pharmacy nearest to 12 Harbour Street, Exeter.", KnownValues: []KnownValue{known("address", "street_address", "12 Harbour Street, Exeter")}},
		{Task: "Check whether train 482 from Leeds to Derby is delayed today.", KnownValues: []KnownValue{known("train", "train_number", "482"), known("from", "city", "Leeds"), known("to", "city", "Derby"), known("day", "date", "2025-05-05")}},
		{Task: "Add 2 kg of flour to my shopping list.", KnownValues: []KnownValue{known("quantity", "quantity", "2 kg"), known("item", "grocery_item", "flour")}},
		{Task: "Renew my library card LC-99213.", KnownValues: []KnownValue{known("card", "card_number", "LC-99213")}},
		{Task: "Set a reminder to call Hattie Barlow at 9 am on 2 June.", KnownValues: []KnownValue{known("what", "reminder", "call Hattie Barlow"), known("at", "time", "9 am"), known("on", "date", "2 June")}},
		{Task: "Is the 5K run in Exeter on June 2nd still open for registration?", KnownValues: []KnownValue{known("race", "race", "5K run"), known("city", "city", "Exeter"), known("day", "date", "June 2nd")}},
		{Task: "Track the parcel with number ZX81 22 91.", KnownValues: []KnownValue{known("parcel", "parcel_number", "ZX81 22 91")}},
		{Task: "Reserve two seats for the 8 pm show of Macbeth at the Playhouse in Leeds.", KnownValues: []KnownValue{number("seats", "count", "2"), known("time", "time", "8 pm"), known("play", "title", "Macbeth"), known("venue", "venue", "Playhouse"), known("city", "city", "Leeds")}},
		{Task: "Send £45.50 to Priya Nair with the note \"May rent share\".", KnownValues: []KnownValue{number("amount", "amount_of_money", "45.5"), known("to", "person_name", "Priya Nair"), known("note", "note", "May rent share")}},
		{Task: "What time does the sun set in Derby on Monday, 12 May?", KnownValues: []KnownValue{known("city", "city", "Derby"), known("day", "date", "Monday, 12 May")}},
		{Task: "List the flats for rent in Leeds with 2 bedrooms under 900 pounds a month.", KnownValues: []KnownValue{known("city", "city", "Leeds"), number("bedrooms", "count", "2"), number("most", "amount_of_money", "900")}},
		{Task: "Find a 24-hour pharmacy in Exeter.", KnownValues: []KnownValue{known("hours", "opening_hours", "24-hour"), known("city", "city", "Exeter")}},
		{Task: "Find an open pharmacy in Exeter that is open until at least 10 p.m. on weekdays.", KnownValues: []KnownValue{known("until", "time", "22:00"), known("city", "city", "Exeter")}},
		{Task: "Reschedule my dental appointment with reference DA-7731 from 12 May to 2 June at 10:15.", KnownValues: []KnownValue{known("ref", "appointment_reference", "DA-7731"), known("old", "date", "12 May"), known("new", "date", "2 June"), known("time", "time", "10:15")}},
		{Task: "How do I get from Leeds to Exeter by coach on the morning of 2 June 2025?", KnownValues: []KnownValue{known("from", "city", "Leeds"), known("to", "city", "Exeter"), known("when", "date", "2 June 2025"), known("part", "time_of_day", "morning")}},
		{Task: "Look up the opening hours of the Derby Central Library this Saturday.", KnownValues: []KnownValue{known("library", "library_name", "Derby Central Library"), known("day", "date", "this Saturday")}},
		{Task: "What is the email address of customer 20419?", KnownValues: []KnownValue{known("customer", "customer_number", "20419")}},
		{Task: "Email priya.nair@mail.test that the visit on 12 May is off.", KnownValues: []KnownValue{known("to", "email_address", "priya.nair@mail.test"), known("text", "message", "the visit on 12 May is off")}},
	} {
		for _, fault := range c.task("", &task) {
			t.Errorf("%s\n   %s: %s [%s]", task.Task, fault.Rule, fault.Text, fault.Span)
		}
	}
}

func TestAssignable(t *testing.T) {
	for _, one := range []struct {
		from, to, transform string
		want                bool
	}{
		{"clinic_id", "clinic_id", TransformNone, true},
		{"flight_list", "flight_number", TransformPick, true},
		{"list_of_hotels", "hotel", TransformPick, true},
		{"hotels", "hotel_id", TransformNone, false},
		{"hotel", "hotels", TransformNone, false},
		{"hotel_id", "hotels", TransformPick, false},
		{"flight", "flight_number", TransformNone, true},
		{"hotel_name", "hotel", TransformNone, true},
		{"hotel_name", "hotel_id", TransformNone, false},
		{"hotel_price", "price", TransformNone, true},
		{"city_weather", "city", TransformNone, false},
		{"city", "departure_city", TransformNone, true},
		{"departure_time", "time", TransformNone, true},
		{"departure_time", "clinic_id", TransformNone, false},
		{"date_time", "date", TransformPart, true},
		{"appointment", "date", TransformPart, false},
		{"postal_addresses", "address", TransformPick, true},
		{"date_of_birth", "birth_date", TransformNone, true},
		{"bus", "bus", TransformNone, true},
		{"list", "city", TransformPick, false},
	} {
		if got := assignable(one.from, one.to, one.transform); got != one.want {
			t.Errorf("%s to %s by %s: %t", one.from, one.to, one.transform, got)
		}
	}
}
