package services

import (
	"github.com/buttonbench/button/internal/python"
)

// travel is an instance of TravelAPI.
type travel struct {
	environment *Environment
	random      randomStream

	cards, bookings                    *python.Dict
	token, tokenType, tokenLife, scope python.Value
	firstName, lastName, budget        python.Value
}

// route is a directed connection.
type route struct {
	from, to string
	cost     float64
}

var (
	travelTable    = mustTable("travel.json")
	travelDefaults = member[*python.Dict](travelTable, "defaults")
	travelRates    = member[*python.List](travelTable, "rates")
	airports       = member[*python.List](travelTable, "airports")
	airportByCity  = member[*python.Dict](travelTable, "airport_by_city")
	travelRoutes   = readRoutes(member[*python.List](travelTable, "routes"))
	routeCosts     = costsByFactor(travelRoutes)
	travelStart    = newStreamStart(141053)
)

func readRoutes(table *python.List) []route {
	routes := make([]route, len(table.Items))
	for i, row := range table.Items {
		cells := row.(*python.List).Items
		cost, _ := python.ToFloat(cells[2])
		routes[i] = route{from: cells[0].(string), to: cells[1].(string), cost: cost}
	}
	return routes
}

func newTravel(configuration *python.Dict, environment *Environment) (Service, error) {
	from := configured{settings{class: "TravelAPI", configuration: configuration}, travelDefaults}
	t := &travel{
		environment: environment, random: randomStream{state: travelStart},
		token: from.get("access_token"), tokenType: from.get("token_type"), tokenLife: from.get("token_expires_in"), scope: from.get("token_scope"),
		firstName: from.get("user_first_name"), lastName: from.get("user_last_name"), budget: from.get("budget_limit"),
		cards:    from.mapOf("credit_card_list", from.get("credit_card_list")),
		bookings: from.mapOf("booking_record", from.get("booking_record")),
	}
	if environment.LongContext {
		var err error
		if t.cards, err = environment.enlarged(t.cards, "CREDIT_CARD_EXTENSION"); err != nil {
			return nil, err
		}
		if t.bookings, err = environment.enlarged(t.bookings, "BOOKING_RECORD_EXTENSION"); err != nil {
			return nil, err
		}
	}
	return t, from.err
}

// enlarged is a map with what it lacks of an entry's shared map, the values by
// reference.
func (e *Environment) enlarged(own *python.Dict, constant string) (*python.Dict, error) {
	more, isMap := e.Shared(constant).(*python.Dict)
	if !isMap {
		return nil, missingConstant(constant)
	}
	all := python.MakeDict(own.Len() + more.Len())
	for i := range own.Len() {
		key, value := own.At(i)
		if err := all.Set(key, value); err != nil {
			return nil, err
		}
	}
	for i := range more.Len() {
		key, value := more.At(i)
		if _, found, err := own.Get(key); err != nil {
			return nil, err
		} else if found {
			continue
		}
		if err := all.Set(key, value); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// Differences implements Service.
func (t *travel) Differences(answer Service) []string {
	u, same := answer.(*travel)
	if !same {
		return []string{"class"}
	}
	var d differences
	d.compare("credit_card_list", t.cards, u.cards)
	d.compare("booking_record", t.bookings, u.bookings)
	d.compare("access_token", t.token, u.token)
	d.compare("token_type", t.tokenType, u.tokenType)
	d.compare("token_expires_in", t.tokenLife, u.tokenLife)
	d.compare("token_scope", t.scope, u.scope)
	d.compare("user_first_name", t.firstName, u.firstName)
	d.compare("user_last_name", t.lastName, u.lastName)
	d.compare("budget_limit", t.budget, u.budget)
	return d
}

var travelClass = Class{Name: "TravelAPI", New: newTravel, Methods: []Method{
	{"authenticate_travel", required("client_id", "client_secret", "refresh_token", "grant_type", "user_first_name", "user_last_name"), on((*travel).authenticate)},
	{"travel_get_login_status", nil, on((*travel).loginStatus)},
	{"get_budget_fiscal_year", []Parameter{optional("lastModifiedAfter", nil), optional("includeRemoved", nil)}, on((*travel).fiscalYear)},
	{"register_credit_card", required("access_token", "card_number", "expiration_date", "cardholder_name", "card_verification_number"), on((*travel).registerCard)},
	{"get_flight_cost", required("travel_from", "travel_to", "travel_date", "travel_class"), on((*travel).flightCost)},
	{"get_credit_card_balance", required("access_token", "card_id"), on((*travel).cardBalance)},
	{"book_flight", required("access_token", "card_id", "travel_date", "travel_from", "travel_to", "travel_class"), on((*travel).bookFlight)},
	{"retrieve_invoice", []Parameter{{Name: "access_token", Required: true}, optional("booking_id", nil), optional("insurance_id", nil)}, on((*travel).invoice)},
	{"get_booking_history", required("access_token"), on((*travel).bookingHistory)},
	{"list_all_airports", nil, on((*travel).listAirports)},
	{"cancel_booking", required("access_token", "booking_id"), on((*travel).cancelBooking)},
	{"compute_exchange_rate", required("base_currency", "target_currency", "value"), on((*travel).exchange)},
	{"verify_traveler_information", required("first_name", "last_name", "date_of_birth", "passport_number"), on((*travel).verifyTraveler)},
	{"set_budget_limit", required("access_token", "budget_limit"), on((*travel).setBudget)},
	{"get_nearest_airport_by_city", required("location"), on((*travel).nearestAirport)},
	{"purchase_insurance", required("access_token", "insurance_type", "booking_id", "insurance_cost", "card_id"), on((*travel).purchaseInsurance)},
	{"contact_customer_support", required("booking_id", "message"), on((*travel).customerSupport)},
	{"get_all_credit_cards", nil, on((*travel).allCards)},
}}
