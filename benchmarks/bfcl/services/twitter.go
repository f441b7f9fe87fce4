package services

import (
	"slices"
	"strings"

	"github.com/buttonbench/button/internal/python"
)

// twitterService is upstream's TwitterAPI (bfcl_backends.md section 4).
type twitterService struct {
	username, password, authenticated, counter python.Value
	tweets, comments, retweets                 *python.Dict
	following                                  *python.List
	environment                                *Environment
}

// leftOut stands for an argument whose default is one of the lists that all
// posts share.
type leftOut struct{}

var twitterClass = Class{
	Name: "TwitterAPI",
	New:  newTwitterService,
	Methods: []Method{
		{"authenticate_twitter", required("username", "password"), on((*twitterService).authenticate)},
		{"posting_get_login_status", nil, on((*twitterService).loginStatus)},
		{"post_tweet", append(required("content"), optional("tags", leftOut{}), optional("mentions", leftOut{})), on((*twitterService).post)},
		{"retweet", required("tweet_id"), on((*twitterService).retweet)},
		{"comment", required("tweet_id", "comment_content"), on((*twitterService).comment)},
		{"mention", required("tweet_id", "mentioned_usernames"), on((*twitterService).mention)},
		{"follow_user", required("username_to_follow"), on((*twitterService).follow)},
		{"list_all_following", nil, on((*twitterService).listFollowing)},
		{"unfollow_user", required("username_to_unfollow"), on((*twitterService).unfollow)},
		{"get_tweet", required("tweet_id"), on((*twitterService).getTweet)},
		{"get_user_tweets", required("username"), on((*twitterService).userTweets)},
		{"search_tweets", required("keyword"), on((*twitterService).search)},
		{"get_tweet_comments", required("tweet_id"), on((*twitterService).tweetComments)},
		{"get_user_stats", required("username"), on((*twitterService).userStats)},
	},
}

func newTwitterService(configuration *python.Dict, environment *Environment) (Service, error) {
	s := settings{class: "TwitterAPI", configuration: configuration}
	service := &twitterService{
		username:      s.value("username", "john"),
		password:      s.value("password", "john123"),
		authenticated: s.value("authenticated", false),
		tweets:        python.NewDict(),
		comments:      s.dict("comments", python.NewDict()),
		retweets:      s.dict("retweets", python.NewDict()),
		following:     s.list("following_list", python.NewList("alice", "bob")),
		counter:       s.value("tweet_counter", whole(0)),
		environment:   environment,
	}
	// Tweets get whole numbers as keys; comments keep the texts of the JSON.
	tweets := s.dict("tweets", python.NewDict())
	for i := range tweets.Len() {
		key, tweet := tweets.At(i)
		id, err := python.ToInt(key)
		if err != nil {
			return nil, err
		}
		if err := service.tweets.Set(id, tweet); err != nil {
			return nil, err
		}
	}
	return service, s.err
}

// Differences implements Service.
func (t *twitterService) Differences(answer Service) []string {
	other := answer.(*twitterService)
	var d differences
	d.compare("username", t.username, other.username)
	d.compare("password", t.password, other.password)
	d.compare("authenticated", t.authenticated, other.authenticated)
	d.compare("tweets", t.tweets, other.tweets)
	d.compare("comments", t.comments, other.comments)
	d.compare("retweets", t.retweets, other.retweets)
	d.compare("following_list", t.following, other.following)
	d.compare("tweet_counter", t.counter, other.counter)
	return d
}

func (t *twitterService) authenticate(arguments []python.Value) (python.Value, error) {
	right := python.Equal(arguments[0], t.username) && python.Equal(arguments[1], t.password)
	if right {
		t.authenticated = true
	}
	return record("authentication_status", right), nil
}

func (t *twitterService) loginStatus(_ []python.Value) (python.Value, error) {
	return record("login_status", python.Truth(t.authenticated)), nil
}

// refuse is the refusal of what needs authentication, nil when there is one.
func (t *twitterService) refuse(doing string) python.Value {
	if python.Truth(t.authenticated) {
		return nil
	}
	return failure("User not authenticated. Please authenticate before " + doing + ".")
}

// tweet finds a tweet; the refusal is the result for an unknown id.
func (t *twitterService) tweet(id python.Value) (tweet, refusal python.Value, err error) {
	tweet, found, err := t.tweets.Get(id)
	if err == nil && !found {
		refusal, err = failuref("Tweet with ID %s not found.", id)
	}
	return tweet, refusal, err
}

func (t *twitterService) post(arguments []python.Value) (python.Value, error) {
	if refusal := t.refuse("posting"); refusal != nil {
		return refusal, nil
	}
	content, tags, mentions := arguments[0], arguments[1], arguments[2]
	if tags == (leftOut{}) {
		tags = t.environment.Tags
	}
	if mentions == (leftOut{}) {
		mentions = t.environment.Mentions
	}
	tweet := record("id", t.counter, "username", t.username, "content", content, "tags", tags, "mentions", mentions)
	if err := t.tweets.Set(t.counter, tweet); err != nil {
		return nil, err
	}
	counter, err := increased(t.counter)
	if err != nil {
		return nil, err
	}
	t.counter = counter
	return tweet, nil
}

func (t *twitterService) retweet(arguments []python.Value) (python.Value, error) {
	id := arguments[0]
	if refusal := t.refuse("retweeting"); refusal != nil {
		return refusal, nil
	}
	if _, refusal, err := t.tweet(id); refusal != nil || err != nil {
		return refusal, err
	}
	own, err := listUnder(t.retweets, t.username)
	if err != nil {
		return nil, err
	}
	if holds(own, id) {
		return record("retweet_status", "Already retweeted"), nil
	}
	own.Items = append(own.Items, id)
	return record("retweet_status", "Successfully retweeted"), nil
}

// listUnder returns the list stored under a key, made if absent.
func listUnder(dict *python.Dict, key python.Value) (*python.List, error) {
	value, found, err := dict.Get(key)
	if err != nil {
		return nil, err
	}
	if !found {
		made := &python.List{}
		return made, dict.Set(key, made)
	}
	list, isList := value.(*python.List)
	if !isList {
		return nil, noAttribute(value, "append")
	}
	return list, nil
}

func (t *twitterService) comment(arguments []python.Value) (python.Value, error) {
	id, content := arguments[0], arguments[1]
	if refusal := t.refuse("commenting"); refusal != nil {
		return refusal, nil
	}
	if _, refusal, err := t.tweet(id); refusal != nil || err != nil {
		return refusal, err
	}
	comments, err := listUnder(t.comments, id)
	if err != nil {
		return nil, err
	}
	comments.Items = append(comments.Items, record("username", t.username, "content", content))
	return record("comment_status", "Comment added successfully"), nil
}

func (t *twitterService) mention(arguments []python.Value) (python.Value, error) {
	tweet, refusal, err := t.tweet(arguments[0])
	if refusal != nil || err != nil {
		return refusal, err
	}
	value, err := python.Subscript(tweet, "mentions")
	if err != nil {
		return nil, err
	}
	mentions, isList := value.(*python.List)
	if !isList {
		return nil, noAttribute(value, "extend")
	}
	names, err := python.Iterate(arguments[1])
	if err != nil {
		return nil, err
	}
	if err := t.environment.spend(valueWork * len(names)); err != nil {
		return nil, err
	}
	mentions.Items = append(mentions.Items, names...)
	return record("mention_status", "Users mentioned successfully"), nil
}

func (t *twitterService) follow(arguments []python.Value) (python.Value, error) {
	if refusal := t.refuse("following"); refusal != nil {
		return refusal, nil
	}
	if holds(t.following, arguments[0]) {
		return record("follow_status", false), nil
	}
	t.following.Items = append(t.following.Items, arguments[0])
	return record("follow_status", true), nil
}

func (t *twitterService) listFollowing(_ []python.Value) (python.Value, error) {
	if refusal := t.refuse("listing following"); refusal != nil {
		return refusal, nil
	}
	return record("following_list", t.following), nil
}

func (t *twitterService) unfollow(arguments []python.Value) (python.Value, error) {
	if refusal := t.refuse("unfollowing"); refusal != nil {
		return refusal, nil
	}
	if !holds(t.following, arguments[0]) {
		return record("unfollow_status", false), nil
	}
	removeFirst(t.following, arguments[0])
	return record("unfollow_status", true), nil
}

func (t *twitterService) getTweet(arguments []python.Value) (python.Value, error) {
	tweet, refusal, err := t.tweet(arguments[0])
	if refusal != nil || err != nil {
		return refusal, err
	}
	return tweet, nil
}

func (t *twitterService) userTweets(arguments []python.Value) (python.Value, error) {
	return t.selected(func(tweet python.Value) (bool, error) {
		username, err := python.Subscript(tweet, "username")
		return err == nil && python.Equal(username, arguments[0]), err
	})
}

// selected lists the tweets that a test accepts.
func (t *twitterService) selected(test func(tweet python.Value) (bool, error)) (python.Value, error) {
	tweets := &python.List{}
	for i := range t.tweets.Len() {
		_, tweet := t.tweets.At(i)
		accepted, err := test(tweet)
		if err != nil {
			return nil, err
		}
		if accepted {
			tweets.Items = append(tweets.Items, tweet)
		}
	}
	return tweets, nil
}

func (t *twitterService) search(arguments []python.Value) (python.Value, error) {
	return t.selected(func(tweet python.Value) (bool, error) {
		keyword, err := lowered(arguments[0])
		if err != nil {
			return false, err
		}
		content, err := python.Subscript(tweet, "content")
		if err != nil {
			return false, err
		}
		text, err := lowered(content)
		if err != nil {
			return false, err
		}
		if strings.Contains(text, keyword) {
			return true, nil
		}
		return tagged(tweet, keyword)
	})
}

// tagged reports whether a tag of the tweet, lower-cased, is the keyword. Every
// tag is lower-cased before the first is compared.
func tagged(tweet python.Value, keyword string) (bool, error) {
	value, err := python.Subscript(tweet, "tags")
	if err != nil {
		return false, err
	}
	tags, err := python.Iterate(value)
	if err != nil {
		return false, err
	}
	texts := make([]string, len(tags))
	for i, tag := range tags {
		if texts[i], err = lowered(tag); err != nil {
			return false, err
		}
	}
	return slices.Contains(texts, keyword), nil
}

func (t *twitterService) tweetComments(arguments []python.Value) (python.Value, error) {
	if _, refusal, err := t.tweet(arguments[0]); refusal != nil || err != nil {
		return refusal, err
	}
	comments, found, err := t.comments.Get(arguments[0])
	if err == nil && !found {
		comments = &python.List{}
	}
	return comments, err
}

func (t *twitterService) userStats(arguments []python.Value) (python.Value, error) {
	tweets, err := t.userTweets(arguments)
	if err != nil {
		return nil, err
	}
	following := 0
	if python.Equal(arguments[0], t.username) {
		following = len(t.following.Items)
	}
	retweets := 0
	value, found, err := t.retweets.Get(arguments[0])
	if err == nil && found {
		retweets, err = python.Length(value)
	}
	return record(
		"tweet_count", whole(len(tweets.(*python.List).Items)),
		"following_count", whole(following),
		"retweet_count", whole(retweets),
	), err
}
