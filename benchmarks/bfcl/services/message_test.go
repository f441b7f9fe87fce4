package services

import "testing"

func TestMessages(t *testing.T) {
	const loggedOut = `{"error": "No user is currently logged in."}`
	converse(t, begin(t, "MessageAPI", "", false),
		"list_users()", `{"user_list": ["Alice", "Bob", "Catherine", "Daniel"]}`,
		"get_user_id(user='Bob')", `{"user_id": "USR002"}`,
		"get_user_id(user='Eve')", `{"error": "User 'Eve' not found in the workspace."}`,
		"get_user_id(user=['Bob'])", "!unhashable type: 'list'",
		"message_get_login_status()", `{"login_status": false}`,
		"send_message(receiver_id=[], message='x')", loggedOut,
		"delete_message(receiver_id='USR002')", loggedOut,
		"view_messages_sent()", loggedOut,
		"search_messages(keyword=5)", loggedOut,
		"get_message_stats()", loggedOut,
		"message_login(user_id='Bob')", `{"login_status": false, "message": "User ID 'Bob' not found."}`,
		"message_login(user_id=['Bob'])", `{"login_status": false, "message": "User ID '['Bob']' not found."}`,
		"message_login(user_id='USR002')", `{"login_status": true, "message": "User 'USR002' logged in successfully."}`,
		"message_get_login_status()", `{"login_status": true}`,
		"send_message(receiver_id='USR009', message='x')", `{"error": "Receiver ID 'USR009' not found."}`,
		"send_message(receiver_id='USR003', message='Hello')", `{"sent_status": true, "message_id": {"new_id": 67410}, "message": "Message sent to 'USR003' successfully."}`,
		"send_message(receiver_id='USR003', message=[1])", `{"sent_status": true, "message_id": {"new_id": 41772}, "message": "Message sent to 'USR003' successfully."}`,
		"view_messages_sent()", `{"messages": {"USR002": ["My name is Alice. I want to connect."], "USR003": ["Could you upload the file?", "Hello", [1]], "USR004": ["Could you upload the file?"]}}`,
		"get_message_stats()", `{"stats": {"received_count": 5, "total_contacts": 3}}`,
		"search_messages(keyword='HELLO')", "!'list' object has no attribute 'lower'",
		"delete_message(receiver_id='USR003')", `{"deleted_status": true, "receiver_id": "USR003", "message": "Receiver USR003's latest message deleted successfully."}`,
		"search_messages(keyword='HELLO')", `{"results": [{"receiver_id": "USR003", "message": "Hello"}]}`,
		"search_messages(keyword=5)", "!'int' object has no attribute 'lower'",
		"delete_message(receiver_id='USR009')", `{"error": "Receiver ID USR009 not found."}`,
		"add_contact(user_name='Alice')", `{"error": "User name 'Alice' already exists."}`,
		"add_contact(user_name='Eve')", `{"added_status": true, "user_id": "USR005", "message": "Contact 'Eve' added successfully."}`,
		"add_contact(user_name=5)", `{"added_status": true, "user_id": "USR006", "message": "Contact '5' added successfully."}`,
		"add_contact(user_name=5.0)", `{"error": "User name '5.0' already exists."}`,
		"add_contact(user_name={})", "!unhashable type: 'dict'",
		"get_user_id(user=5.0)", `{"user_id": "USR006"}`,
	)
}

// Of equal messages the earliest is deleted; a count goes up also when its id is
// taken; of an entry with several members the first counts.
func TestMessagesConfigured(t *testing.T) {
	s := begin(t, "MessageAPI", `{"user_count": 1, "user_map": {"A": "USR001", "B": "USR002"}, "current_user": "gone",
		"inbox": [{"USR001": "x"}, {"USR002": "y", "USR001": "z"}, {"USR001": "x"}]}`, false)
	converse(t, s,
		"message_get_login_status()", `{"login_status": true}`,
		"add_contact(user_name='C')", `{"error": "User ID 'USR002' already exists."}`,
		"add_contact(user_name='C')", `{"added_status": true, "user_id": "USR003", "message": "Contact 'C' added successfully."}`,
		"delete_message(receiver_id='USR001')", `{"deleted_status": true, "receiver_id": "USR001", "message": "Receiver USR001's latest message deleted successfully."}`,
		"view_messages_sent()", `{"messages": {"USR002": ["y"], "USR001": ["x"]}}`,
	)
	if names := s.Service("MessageAPI").Differences(begin(t, "MessageAPI", "", false).Service("MessageAPI")); len(names) != 4 {
		t.Errorf("attributes that differ: %v", names)
	}
}

func TestZeroPadded(t *testing.T) {
	for number, want := range map[string]string{"5": "005", "-1": "-01", "1234": "1234", "": "000"} {
		if have := zeroPadded(number, 3); have != want {
			t.Errorf("%q: have %q, want %q", number, have, want)
		}
	}
}
