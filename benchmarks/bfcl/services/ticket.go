package services

import (
	"strings"

	"github.com/buttonbench/button/internal/python"
)

// ticketService is upstream's TicketAPI (bfcl_backends.md section 5).
type ticketService struct {
	queue                *python.List
	counter, currentUser python.Value
}

var ticketClass = Class{
	Name: "TicketAPI",
	New:  newTicketService,
	Methods: []Method{
		{"create_ticket", append(required("title"), optional("description", ""), optional("priority", whole(1))), on((*ticketService).create)},
		{"get_ticket", required("ticket_id"), on((*ticketService).get)},
		{"close_ticket", required("ticket_id"), on((*ticketService).close)},
		{"resolve_ticket", required("ticket_id", "resolution"), on((*ticketService).resolve)},
		{"edit_ticket", required("ticket_id", "updates"), on((*ticketService).edit)},
		{"ticket_login", required("username", "password"), on((*ticketService).login)},
		{"ticket_get_login_status", nil, on((*ticketService).loginStatus)},
		{"logout", nil, on((*ticketService).logout)},
		{"get_user_tickets", []Parameter{optional("status", nil)}, on((*ticketService).userTickets)},
	},
}

func newTicketService(configuration *python.Dict, _ *Environment) (Service, error) {
	s := settings{class: "TicketAPI", configuration: configuration}
	service := &ticketService{
		queue:       s.list("ticket_queue", &python.List{}),
		counter:     s.value("ticket_counter", whole(1)),
		currentUser: s.value("current_user", nil),
	}
	return service, s.err
}

// Differences implements Service.
func (t *ticketService) Differences(answer Service) []string {
	other := answer.(*ticketService)
	var d differences
	d.compare("ticket_queue", t.queue, other.queue)
	d.compare("ticket_counter", t.counter, other.counter)
	d.compare("current_user", t.currentUser, other.currentUser)
	return d
}

func (t *ticketService) create(arguments []python.Value) (python.Value, error) {
	title, description, priority := arguments[0], arguments[1], arguments[2]
	if !python.Truth(t.currentUser) {
		return failure("User not authenticated. Please log in to create a ticket."), nil
	}
	outside, err := python.Compare("<", priority, whole(1))
	if err == nil && !outside {
		outside, err = python.Compare(">", priority, whole(5))
	}
	if err != nil {
		return nil, err
	}
	if outside {
		return failure("Invalid priority. Priority must be between 1 and 5."), nil
	}
	ticket := record(
		"id", t.counter, "title", title, "description", description,
		"status", "Open", "priority", priority, "created_by", t.currentUser,
	)
	t.queue.Items = append(t.queue.Items, ticket)
	counter, err := increased(t.counter)
	if err != nil {
		return nil, err
	}
	t.counter = counter
	return ticket, nil
}

// find returns the first ticket of that id; the refusal is the result when there
// is none.
func (t *ticketService) find(id python.Value) (ticket *python.Dict, refusal python.Value, err error) {
	for _, item := range t.queue.Items {
		other, err := python.Subscript(item, "id")
		if err != nil {
			return nil, nil, err
		}
		if python.Equal(other, id) {
			return item.(*python.Dict), nil, nil // nothing else has a member "id"
		}
	}
	refusal, err = failuref("Ticket with ID %s not found.", id)
	return nil, refusal, err
}

func (t *ticketService) get(arguments []python.Value) (python.Value, error) {
	ticket, refusal, err := t.find(arguments[0])
	if refusal != nil || err != nil {
		return refusal, err
	}
	return ticket, nil
}

func (t *ticketService) close(arguments []python.Value) (python.Value, error) {
	ticket, refusal, err := t.open(arguments[0], "Closed", "closed")
	if refusal != nil || err != nil {
		return refusal, err
	}
	ticket.SetText("status", "Closed")
	return ticketStatus("Ticket %s has been closed successfully.", arguments[0])
}

func (t *ticketService) resolve(arguments []python.Value) (python.Value, error) {
	ticket, refusal, err := t.open(arguments[0], "Resolved", "resolved")
	if refusal != nil || err != nil {
		return refusal, err
	}
	ticket.SetText("status", "Resolved")
	ticket.SetText("resolution", arguments[1])
	return ticketStatus("Ticket %s has been resolved successfully.", arguments[0])
}

// open finds a ticket whose status is not yet the one given.
func (t *ticketService) open(id python.Value, status, word string) (ticket *python.Dict, refusal python.Value, err error) {
	ticket, refusal, err = t.find(id)
	if refusal != nil || err != nil {
		return nil, refusal, err
	}
	present, err := python.Subscript(ticket, "status")
	if err != nil {
		return nil, nil, err
	}
	if python.Equal(present, status) {
		refusal, err = failuref("Ticket with ID %s is already "+word+".", id)
	}
	return ticket, refusal, err
}

func ticketStatus(format string, id python.Value) (python.Value, error) {
	text, err := textf(format, id)
	return record("status", text), err
}

func (t *ticketService) edit(arguments []python.Value) (python.Value, error) {
	ticket, refusal, err := t.find(arguments[0])
	if refusal != nil || err != nil {
		return refusal, err
	}
	updates, isMap := arguments[1].(*python.Dict)
	if !isMap {
		return nil, noAttribute(arguments[1], "keys")
	}
	invalid, err := invalidFields(updates)
	if err != nil {
		return nil, err
	}
	if len(invalid) > 0 {
		return failure("Invalid fields for update: " + strings.Join(invalid, ", ")), nil
	}
	for i := range updates.Len() {
		if key, value := updates.At(i); value != nil {
			ticket.SetText(key.(string), value)
		}
	}
	return ticketStatus("Ticket %s has been updated successfully.", arguments[0])
}

// invalidFields names what edit_ticket may not change. Upstream's order of
// several names is that of a set, so arbitrary; here it is that of the updates.
func invalidFields(updates *python.Dict) ([]string, error) {
	var invalid []string
	for i := range updates.Len() {
		key, _ := updates.At(i)
		switch key {
		case "title", "description", "status", "priority":
			continue
		}
		name, isText := key.(string)
		if !isText {
			return nil, python.Raise("TypeError", "sequence item 0: expected str instance, %s found", python.KindName(key))
		}
		invalid = append(invalid, name)
	}
	return invalid, nil
}

func (t *ticketService) login(arguments []python.Value) (python.Value, error) {
	success := python.Truth(arguments[0]) && python.Truth(arguments[1])
	if success {
		t.currentUser = arguments[0]
	}
	return record("success", success), nil
}

func (t *ticketService) loginStatus(_ []python.Value) (python.Value, error) {
	return record("login_status", python.Truth(t.currentUser)), nil
}

func (t *ticketService) logout(_ []python.Value) (python.Value, error) {
	success := python.Truth(t.currentUser)
	if success {
		t.currentUser = nil
	}
	return record("success", success), nil
}

func (t *ticketService) userTickets(arguments []python.Value) (python.Value, error) {
	if !python.Truth(t.currentUser) {
		return python.NewList(failure("User not authenticated. Please log in to view tickets.")), nil
	}
	own := &python.List{}
	for _, ticket := range t.queue.Items {
		creator, err := python.Subscript(ticket, "created_by")
		if err != nil {
			return nil, err
		}
		if python.Equal(creator, t.currentUser) {
			own.Items = append(own.Items, ticket)
		}
	}
	if !python.Truth(arguments[0]) {
		return own, nil
	}
	return withStatus(own, arguments[0])
}

// withStatus keeps the tickets of a status, in any case of letters.
func withStatus(tickets *python.List, status python.Value) (python.Value, error) {
	kept := &python.List{}
	for _, ticket := range tickets.Items {
		value, err := python.Subscript(ticket, "status")
		if err != nil {
			return nil, err
		}
		have, err := lowered(value)
		if err != nil {
			return nil, err
		}
		want, err := lowered(status)
		if err != nil {
			return nil, err
		}
		if have == want {
			kept.Items = append(kept.Items, ticket)
		}
	}
	return kept, nil
}
