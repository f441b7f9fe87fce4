package services

import (
	"time"

	"github.com/buttonbench/button/internal/python"
)

// tradingClock is the time that the service believes in.
var tradingClock = time.Date(2024, time.September, 1, 10, 30, 0, 0, time.UTC)

func (t *trading) currentTime([]python.Value) (python.Value, error) {
	return record("current_time", tradingClock.Format("03:04 PM")), nil
}

func (t *trading) login([]python.Value) (python.Value, error) {
	if python.Truth(t.loggedIn) {
		return record("status", "Already logged in"), nil
	}
	t.loggedIn = true
	return record("status", "Logged in successfully"), nil
}

func (t *trading) loginStatus([]python.Value) (python.Value, error) {
	return record("status", python.Truth(t.loggedIn)), nil
}

func (t *trading) logout([]python.Value) (python.Value, error) {
	if !python.Truth(t.loggedIn) {
		return record("status", "No user is currently logged in"), nil
	}
	t.loggedIn = false
	return record("status", "Logged out successfully"), nil
}

func (t *trading) accountInfo([]python.Value) (python.Value, error) {
	if !python.Truth(t.loggedIn) {
		return failure("User not authenticated. Please log in to view account information."), nil
	}
	return t.account, nil
}

func (t *trading) withdrawFunds(arguments []python.Value) (python.Value, error) {
	amount := arguments[0]
	if !python.Truth(t.loggedIn) {
		return failure("User not authenticated. Please log in to make a transaction."), nil
	}
	if t.market != "Open" {
		return failure("Market is closed. Transactions are not allowed."), nil
	}
	if more, err := positive(amount); err != nil {
		return nil, err
	} else if !more {
		return failure("Transaction amount must be positive."), nil
	}
	balance, err := python.Subscript(t.account, "balance")
	if err != nil {
		return nil, err
	}
	if over, err := python.Compare(">", amount, balance); err != nil {
		return nil, err
	} else if over {
		return failure("Insufficient funds for withdrawal."), nil
	}
	if balance, err = subtract(balance, amount); err != nil {
		return nil, err
	}
	t.book("withdrawal", amount, balance)
	return record("status", "Withdrawal successful", "new_balance", balance), nil
}

func (t *trading) fundAccount(arguments []python.Value) (python.Value, error) {
	amount := arguments[0]
	if !python.Truth(t.loggedIn) {
		return failure("User not authenticated. Please log in to fund the account."), nil
	}
	if more, err := positive(amount); err != nil {
		return nil, err
	} else if !more {
		return failure("Funding amount must be positive."), nil
	}
	balance, err := python.Subscript(t.account, "balance")
	if err != nil {
		return nil, err
	}
	if balance, err = add(balance, amount); err != nil {
		return nil, err
	}
	t.book("deposit", amount, balance)
	return record("status", "Account funded successfully", "new_balance", balance), nil
}

// book stores a new balance and enters the transaction at a moment within a day.
func (t *trading) book(kind string, amount, balance python.Value) {
	t.account.SetText("balance", balance)
	moment := tradingClock.Add(time.Duration(t.random.between(0, 86400)) * time.Second)
	t.transactions.Items = append(t.transactions.Items,
		record("type", kind, "amount", amount, "timestamp", moment.Format(time.DateTime)))
}

func (t *trading) transactionHistory(arguments []python.Value) (python.Value, error) {
	if !python.Truth(t.loggedIn) {
		return python.NewList(failure("User not authenticated. Please log in to view transaction history.")), nil
	}
	var from, to time.Time
	var err error
	limitedFrom, limitedTo := python.Truth(arguments[0]), python.Truth(arguments[1])
	if limitedFrom {
		if from, err = parseTime(arguments[0], dateFormat); err != nil {
			return nil, err
		}
	}
	if limitedTo {
		if to, err = parseTime(arguments[1], dateFormat); err != nil {
			return nil, err
		}
	}
	kept := python.NewList()
	for _, transaction := range t.transactions.Items {
		stamp, err := python.Subscript(transaction, "timestamp")
		if err != nil {
			return nil, err
		}
		moment, err := parseTime(stamp, timeFormat)
		if err != nil {
			return nil, err
		}
		if !(limitedFrom && moment.Before(from)) && !(limitedTo && moment.After(to)) {
			kept.Items = append(kept.Items, transaction)
		}
	}
	if err := t.environment.extend(kept, "TRANSACTION_HISTORY_EXTENSION"); err != nil {
		return nil, err
	}
	return record("transaction_history", kept), nil
}
