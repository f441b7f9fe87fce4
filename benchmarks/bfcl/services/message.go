package services

import (
	"strings"

	"github.com/buttonbench/button/internal/python"
)

// messageService is upstream's MessageAPI (bfcl_backends.md section 3).
type messageService struct {
	generatedIDs *python.Set
	userCount    python.Value
	userMap      *python.Dict // name to id
	inbox        *python.List // of maps {receiver id: content}
	messageCount python.Value
	currentUser  python.Value
	random       *randomStream
}

var messageClass = Class{
	Name: "MessageAPI",
	New:  newMessageService,
	Methods: []Method{
		{"list_users", nil, on((*messageService).listUsers)},
		{"get_user_id", required("user"), on((*messageService).getUserID)},
		{"message_login", required("user_id"), on((*messageService).login)},
		{"message_get_login_status", nil, on((*messageService).loginStatus)},
		{"send_message", required("receiver_id", "message"), on((*messageService).send)},
		{"delete_message", required("receiver_id"), on((*messageService).delete)},
		{"view_messages_sent", nil, on((*messageService).viewSent)},
		{"add_contact", required("user_name"), on((*messageService).addContact)},
		{"search_messages", required("keyword"), on((*messageService).search)},
		{"get_message_stats", nil, on((*messageService).stats)},
	},
}

// messageStream is the start of the stream that message ids are drawn from.
var messageStream = newStreamStart(200191)

func newMessageService(configuration *python.Dict, _ *Environment) (Service, error) {
	s := settings{class: "MessageAPI", configuration: configuration}
	service := &messageService{
		generatedIDs: python.NewSet(),
		userCount:    s.value("user_count", whole(4)),
		userMap:      s.dict("user_map", record("Alice", "USR001", "Bob", "USR002", "Catherine", "USR003", "Daniel", "USR004")),
		inbox: s.list("inbox", python.NewList(
			record("USR002", "My name is Alice. I want to connect."),
			record("USR003", "Could you upload the file?"),
			record("USR004", "Could you upload the file?"),
		)),
		messageCount: s.value("message_count", whole(3)),
		currentUser:  s.value("current_user", nil),
		random:       newRandomStream(messageStream),
	}
	return service, s.err
}

// Differences implements Service.
func (m *messageService) Differences(answer Service) []string {
	other := answer.(*messageService)
	var d differences
	d.compare("generated_ids", m.generatedIDs, other.generatedIDs)
	d.compare("user_count", m.userCount, other.userCount)
	d.compare("user_map", m.userMap, other.userMap)
	d.compare("inbox", m.inbox, other.inbox)
	d.compare("message_count", m.messageCount, other.messageCount)
	d.compare("current_user", m.currentUser, other.currentUser)
	return d
}

// loggedOut is the refusal when nobody is logged in, nil otherwise.
func (m *messageService) loggedOut() python.Value {
	if python.Truth(m.currentUser) {
		return nil
	}
	return failure("No user is currently logged in.")
}

// hasID reports whether a user has the id.
func (m *messageService) hasID(id python.Value) bool {
	for i := range m.userMap.Len() {
		if _, other := m.userMap.At(i); python.Equal(other, id) {
			return true
		}
	}
	return false
}

// messageAt returns an inbox entry's receiver and content: its first member.
func (m *messageService) messageAt(i int) (receiver, content python.Value, err error) {
	entry, isMap := m.inbox.Items[i].(*python.Dict)
	if !isMap {
		return nil, nil, noAttribute(m.inbox.Items[i], "items")
	}
	if entry.Len() == 0 {
		return nil, nil, python.Raise("IndexError", "list index out of range")
	}
	receiver, content = entry.At(0)
	return receiver, content, nil
}

func (m *messageService) listUsers(_ []python.Value) (python.Value, error) {
	names, err := python.Iterate(m.userMap)
	return record("user_list", python.NewList(names...)), err
}

func (m *messageService) getUserID(arguments []python.Value) (python.Value, error) {
	id, found, err := m.userMap.Get(arguments[0])
	if err != nil {
		return nil, err
	}
	if !found {
		return failuref("User '%s' not found in the workspace.", arguments[0])
	}
	return record("user_id", id), nil
}

func (m *messageService) login(arguments []python.Value) (python.Value, error) {
	id := arguments[0]
	status, outcome := m.hasID(id), "User ID '%s' not found."
	if status {
		m.currentUser = id
		outcome = "User '%s' logged in successfully."
	}
	message, err := textf(outcome, id)
	return record("login_status", status, "message", message), err
}

func (m *messageService) loginStatus(_ []python.Value) (python.Value, error) {
	return record("login_status", python.Truth(m.currentUser)), nil
}

func (m *messageService) send(arguments []python.Value) (python.Value, error) {
	receiver, message := arguments[0], arguments[1]
	if refusal := m.loggedOut(); refusal != nil {
		return refusal, nil
	}
	if !m.hasID(receiver) {
		return failuref("Receiver ID '%s' not found.", receiver)
	}
	id, err := m.newID()
	if err != nil {
		return nil, err
	}
	entry := python.NewDict()
	if err := entry.Set(receiver, message); err != nil {
		return nil, err
	}
	m.inbox.Items = append(m.inbox.Items, entry)
	if m.messageCount, err = increased(m.messageCount); err != nil {
		return nil, err
	}
	text, err := textf("Message sent to '%s' successfully.", receiver)
	return record("sent_status", true, "message_id", record("new_id", id), "message", text), err
}

// newID draws an id that no message has had yet.
func (m *messageService) newID() (python.Value, error) {
	const low, high = 10000, 99999
	if m.generatedIDs.Len() > high-low {
		return nil, python.Raise("MemoryError", "all message ids are used")
	}
	for {
		id := python.NewInt(m.random.between(low, high))
		taken, err := m.generatedIDs.Has(id)
		if err != nil {
			return nil, err
		}
		if !taken {
			return id, m.generatedIDs.Add(id)
		}
	}
}

func (m *messageService) delete(arguments []python.Value) (python.Value, error) {
	receiver := arguments[0]
	if refusal := m.loggedOut(); refusal != nil {
		return refusal, nil
	}
	for i := len(m.inbox.Items) - 1; i >= 0; i-- {
		to, _, err := m.messageAt(i)
		if err != nil {
			return nil, err
		}
		if !python.Equal(to, receiver) {
			continue
		}
		// Of equal messages upstream removes the earliest, not the one it found.
		removeFirst(m.inbox, m.inbox.Items[i])
		text, err := textf("Receiver %s's latest message deleted successfully.", receiver)
		return record("deleted_status", true, "receiver_id", receiver, "message", text), err
	}
	return failuref("Receiver ID %s not found.", receiver)
}

func (m *messageService) viewSent(_ []python.Value) (python.Value, error) {
	if refusal := m.loggedOut(); refusal != nil {
		return refusal, nil
	}
	messages := python.NewDict()
	for i := range m.inbox.Items {
		receiver, content, err := m.messageAt(i)
		if err != nil {
			return nil, err
		}
		sent, found, err := messages.Get(receiver)
		if err != nil {
			return nil, err
		}
		if !found {
			sent = &python.List{}
			if err := messages.Set(receiver, sent); err != nil {
				return nil, err
			}
		}
		contents := sent.(*python.List)
		contents.Items = append(contents.Items, content)
	}
	return record("messages", messages), nil
}

func (m *messageService) addContact(arguments []python.Value) (python.Value, error) {
	name := arguments[0]
	_, exists, err := m.userMap.Get(name)
	if err != nil {
		return nil, err
	}
	if exists {
		return failuref("User name '%s' already exists.", name)
	}
	if m.userCount, err = increased(m.userCount); err != nil {
		return nil, err
	}
	count, err := python.Str(m.userCount)
	if err != nil {
		return nil, err
	}
	id := "USR" + zeroPadded(count, 3)
	if m.hasID(id) {
		return failure("User ID '" + id + "' already exists."), nil
	}
	if err := m.userMap.Set(name, id); err != nil {
		return nil, err
	}
	text, err := textf("Contact '%s' added successfully.", name)
	return record("added_status", true, "user_id", id, "message", text), err
}

// zeroPadded widens a number's text with zeros after its sign.
func zeroPadded(number string, width int) string {
	digits, negative := strings.CutPrefix(number, "-")
	missing := strings.Repeat("0", max(0, width-len(number)))
	if negative {
		return "-" + missing + digits
	}
	return missing + digits
}

func (m *messageService) search(arguments []python.Value) (python.Value, error) {
	if refusal := m.loggedOut(); refusal != nil {
		return refusal, nil
	}
	keyword, err := lowered(arguments[0])
	if err != nil {
		return nil, err
	}
	results := &python.List{}
	for i := range m.inbox.Items {
		receiver, content, err := m.messageAt(i)
		if err != nil {
			return nil, err
		}
		text, err := lowered(content)
		if err != nil {
			return nil, err
		}
		if strings.Contains(text, keyword) {
			results.Items = append(results.Items, record("receiver_id", receiver, "message", content))
		}
	}
	return record("results", results), nil
}

func (m *messageService) stats(_ []python.Value) (python.Value, error) {
	if refusal := m.loggedOut(); refusal != nil {
		return refusal, nil
	}
	contacts := python.NewSet()
	for i := range m.inbox.Items {
		receiver, _, err := m.messageAt(i)
		if err != nil {
			return nil, err
		}
		if err := contacts.Add(receiver); err != nil {
			return nil, err
		}
	}
	return record("stats", record(
		"received_count", whole(len(m.inbox.Items)),
		"total_contacts", whole(contacts.Len()),
	)), nil
}
