package services

import "testing"

func TestTickets(t *testing.T) {
	converse(t, begin(t, "TicketAPI", "", false),
		"ticket_get_login_status()", `{"login_status": false}`,
		"create_ticket(title='x', priority=9)", `{"error": "User not authenticated. Please log in to create a ticket."}`,
		"get_user_tickets()", `[{'error': 'User not authenticated. Please log in to view tickets.'}]`,
		"logout()", `{"success": false}`,
		"ticket_login(username='ann', password='')", `{"success": false}`,
		"ticket_login(username='ann', password='p')", `{"success": true}`,
		"create_ticket(title='x', priority=0)", `{"error": "Invalid priority. Priority must be between 1 and 5."}`,
		"create_ticket(title='x', priority=5.5)", `{"error": "Invalid priority. Priority must be between 1 and 5."}`,
		"create_ticket(title='x', priority='1')", "!'<' not supported between instances of 'str' and 'int'",
		"create_ticket(title=['x'], priority=2.5)", `{"id": 1, "title": ["x"], "description": "", "status": "Open", "priority": 2.5, "created_by": "ann"}`,
		"create_ticket('y', 'd', True)", `{"id": 2, "title": "y", "description": "d", "status": "Open", "priority": true, "created_by": "ann"}`,
		"get_ticket(ticket_id=2.0)", `{"id": 2, "title": "y", "description": "d", "status": "Open", "priority": true, "created_by": "ann"}`,
		"get_ticket(ticket_id='2')", `{"error": "Ticket with ID 2 not found."}`,
		"close_ticket(ticket_id=2)", `{"status": "Ticket 2 has been closed successfully."}`,
		"close_ticket(ticket_id=2)", `{"error": "Ticket with ID 2 is already closed."}`,
		"resolve_ticket(ticket_id=2, resolution='done')", `{"status": "Ticket 2 has been resolved successfully."}`,
		"resolve_ticket(ticket_id=2, resolution='again')", `{"error": "Ticket with ID 2 is already resolved."}`,
		"get_ticket(ticket_id=2)", `{"id": 2, "title": "y", "description": "d", "status": "Resolved", "priority": true, "created_by": "ann", "resolution": "done"}`,
		"edit_ticket(ticket_id=2, updates='x')", "!'str' object has no attribute 'keys'",
		"edit_ticket(ticket_id=9, updates='x')", `{"error": "Ticket with ID 9 not found."}`,
		"edit_ticket(ticket_id=2, updates={})", `{"status": "Ticket 2 has been updated successfully."}`,
		"edit_ticket(ticket_id=2, updates={'title': 'new', 'owner': 'x'})", `{"error": "Invalid fields for update: owner"}`,
		"edit_ticket(ticket_id=2, updates={1: 'x'})", "!sequence item 0: expected str instance, int found",
		"edit_ticket(ticket_id=2, updates={'priority': 99, 'title': None})", `{"status": "Ticket 2 has been updated successfully."}`,
		"get_user_tickets(status='RESOLVED')", `[{'id': 2, 'title': 'y', 'description': 'd', 'status': 'Resolved', 'priority': 99, 'created_by': 'ann', 'resolution': 'done'}]`,
		"get_user_tickets(status='closed')", "[]",
		"get_user_tickets(status=5)", "!'int' object has no attribute 'lower'",
		"logout()", `{"success": true}`,
		"ticket_login(username='bob', password='p')", `{"success": true}`,
		"get_user_tickets(status=5)", "[]",
	)
}

// Tickets of the data may lack fields, or have other ones.
func TestTicketsConfigured(t *testing.T) {
	converse(t, begin(t, "TicketAPI", `{"current_user": "ann", "ticket_counter": "7",
		"ticket_queue": [{"id": 1, "title": "a"}, {"id": "T2", "issue": "b"}, {"ticket_001": {}}, {"id": 4}]}`, false),
		"get_ticket(ticket_id='T2')", `{"id": "T2", "issue": "b"}`,
		"get_ticket(ticket_id=4)", "!'id'",
		"close_ticket(ticket_id=1)", "!'status'",
		"edit_ticket(ticket_id=1, updates={'status': 'Open'})", `{"status": "Ticket 1 has been updated successfully."}`,
		"close_ticket(ticket_id=1)", `{"status": "Ticket 1 has been closed successfully."}`,
		"get_ticket(ticket_id=1)", `{"id": 1, "title": "a", "status": "Closed"}`,
		"get_user_tickets()", "!'created_by'",
		"create_ticket(title='x')", `!can only concatenate str (not "int") to str`,
	)
}
