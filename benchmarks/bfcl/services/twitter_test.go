package services

import (
	"slices"
	"testing"
)

const someTweets = `{"username": "ann", "password": "p", "tweet_counter": 2, "comments": {"0": [{"username": "bob", "content": "old"}]},
	"tweets": {"0": {"id": 0, "username": "ann", "content": "Hello World", "tags": ["#Go"], "mentions": ["@bob"]}, "4": {"id": 4, "username": "bob", "content": "second", "tags": []}}}`

func TestTweets(t *testing.T) {
	const first = `{"id": 0, "username": "ann", "content": "Hello World", "tags": ["#Go"], "mentions": ["@bob"]}`
	const firstShown = `{'id': 0, 'username': 'ann', 'content': 'Hello World', 'tags': ['#Go'], 'mentions': ['@bob']}`
	converse(t, begin(t, "TwitterAPI", someTweets, false),
		"posting_get_login_status()", `{"login_status": false}`,
		"post_tweet(content='x')", `{"error": "User not authenticated. Please authenticate before posting."}`,
		"retweet(tweet_id=9)", `{"error": "User not authenticated. Please authenticate before retweeting."}`,
		"comment(tweet_id=9, comment_content='x')", `{"error": "User not authenticated. Please authenticate before commenting."}`,
		"follow_user(username_to_follow='x')", `{"error": "User not authenticated. Please authenticate before following."}`,
		"list_all_following()", `{"error": "User not authenticated. Please authenticate before listing following."}`,
		"unfollow_user(username_to_unfollow='x')", `{"error": "User not authenticated. Please authenticate before unfollowing."}`,
		"authenticate_twitter(username='ann', password='q')", `{"authentication_status": false}`,
		"authenticate_twitter(username='ann', password='p')", `{"authentication_status": true}`,
		"get_tweet(tweet_id=0)", first,
		"get_tweet(tweet_id=0.0)", first,
		"get_tweet(tweet_id='0')", `{"error": "Tweet with ID 0 not found."}`,
		"get_tweet(tweet_id=1.0)", `{"error": "Tweet with ID 1.0 not found."}`,
		"get_tweet(tweet_id=[0])", "!unhashable type: 'list'",
		"get_user_tweets(username='ann')", "["+firstShown+"]",
		"get_user_tweets(username='x')", "[]",
		"search_tweets(keyword='WORLD')", "["+firstShown+"]",
		"search_tweets(keyword='#go')", "["+firstShown+"]",
		"search_tweets(keyword=5)", "!'int' object has no attribute 'lower'",
		"get_tweet_comments(tweet_id=0)", "[]", // the configured key is a text
		"comment(tweet_id=0, comment_content=5)", `{"comment_status": "Comment added successfully"}`,
		"get_tweet_comments(tweet_id=False)", "[{'username': 'ann', 'content': 5}]",
		"get_tweet_comments(tweet_id=9)", `{"error": "Tweet with ID 9 not found."}`,
		"retweet(tweet_id=4)", `{"retweet_status": "Successfully retweeted"}`,
		"retweet(tweet_id=4.0)", `{"retweet_status": "Already retweeted"}`,
		"mention(tweet_id=4, mentioned_usernames=['@x'])", "!'mentions'",
		"mention(tweet_id=0, mentioned_usernames='ab')", `{"mention_status": "Users mentioned successfully"}`,
		"mention(tweet_id=0, mentioned_usernames=None)", "!'NoneType' object is not iterable",
		"get_tweet(tweet_id=0)", `{"id": 0, "username": "ann", "content": "Hello World", "tags": ["#Go"], "mentions": ["@bob", "a", "b"]}`,
		"follow_user(username_to_follow='alice')", `{"follow_status": false}`,
		"follow_user(username_to_follow=['alice'])", `{"follow_status": true}`,
		"list_all_following()", `{"following_list": ["alice", "bob", ["alice"]]}`,
		"unfollow_user(username_to_unfollow='bob')", `{"unfollow_status": true}`,
		"unfollow_user(username_to_unfollow='bob')", `{"unfollow_status": false}`,
		"get_user_stats(username='ann')", `{"tweet_count": 1, "following_count": 2, "retweet_count": 1}`,
		"get_user_stats(username='bob')", `{"tweet_count": 1, "following_count": 0, "retweet_count": 0}`,
		"get_user_stats(username=[])", "!unhashable type: 'list'",
		"post_tweet(content=5, tags='t', mentions=None)", `{"id": 2, "username": "ann", "content": 5, "tags": "t", "mentions": null}`,
		"mention(tweet_id=2, mentioned_usernames=['@x'])", "!'NoneType' object has no attribute 'extend'",
		"search_tweets(keyword='zzz')", "!'int' object has no attribute 'lower'",
	)
	converse(t, begin(t, "TwitterAPI", "", false), "search_tweets(keyword=5)", "[]")
}

// Left-out tags and mentions are one list each for all posts of all instances of an
// entry; what the model mentions shows in the answer's posts.
func TestTweetsShareDefaults(t *testing.T) {
	environment := testEnvironment(t, false)
	side := func() *Session {
		s, err := NewSession("e", "m", []string{"TwitterAPI"}, nil, environment)
		if err != nil {
			t.Fatal(err)
		}
		s.Execute("authenticate_twitter(username='john', password='john123')")
		return s
	}
	model, answer := side(), side()
	converse(t, model,
		"post_tweet(content='x')", `{"id": 0, "username": "john", "content": "x", "tags": [], "mentions": []}`,
		"mention(tweet_id=0, mentioned_usernames=['@a'])", `{"mention_status": "Users mentioned successfully"}`,
	)
	converse(t, answer, "post_tweet(content='x')", `{"id": 0, "username": "john", "content": "x", "tags": [], "mentions": ["@a"]}`)
	if class, names := Compare(model, answer); class != "" {
		t.Errorf("%s differs in %v", class, names)
	}
	model.Execute("post_tweet(content='y')")
	model.Execute("retweet(tweet_id=0)")
	if _, names := Compare(model, answer); !slices.Equal(names, []string{"tweets", "retweets", "tweet_counter"}) {
		t.Errorf("attributes that differ: %v", names)
	}
}
