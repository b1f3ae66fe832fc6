package main

import (
	"encoding/json"
	"path"
	"path/filepath"

	"k8s.io/kubernetes/pkg/credentialprovider"
)

type urlsMatchAnswers struct {
	Repositories []string          `json:"repositories"`
	Patterns     []urlsMatchAnswer `json:"patterns"`
}

type urlsMatchAnswer struct {
	Pattern string `json:"pattern"`
	// Error is why Go can't parse the pattern, or null.
	Error *string `json:"error"`
	// Matches are the repositories that kubelet matches with the pattern.
	Matches []string `json:"matches"`
}

func answerURLsMatch(cases []byte) (any, error) {
	var questions struct{ Patterns, Repositories []string }
	if err := json.Unmarshal(cases, &questions); err != nil {
		return nil, err
	}
	answers := urlsMatchAnswers{Repositories: questions.Repositories}
	for _, pattern := range questions.Patterns {
		answer := urlsMatchAnswer{Pattern: pattern, Matches: []string{}}
		if _, err := credentialprovider.ParseSchemelessURL(pattern); err != nil {
			message := err.Error()
			answer.Error = &message
		}
		for _, repository := range questions.Repositories {
			// Kubelet takes an error for no match.
			if matched, err := credentialprovider.URLsMatchStr(pattern, repository); err == nil && matched {
				answer.Matches = append(answer.Matches, repository)
			}
		}
		answers.Patterns = append(answers.Patterns, answer)
	}
	return answers, nil
}

type globAnswers struct {
	Names    []string     `json:"names"`
	Patterns []globAnswer `json:"patterns"`
}

type globAnswer struct {
	Pattern string `json:"pattern"`
	// WellFormed is path.Match's verdict: unlike filepath.Match, it looks at the whole pattern even after a mismatch.
	WellFormed bool     `json:"wellFormed"`
	Matches    []string `json:"matches"`
}

func answerGlobs(cases []byte) (any, error) {
	var questions struct{ Patterns, Names []string }
	if err := json.Unmarshal(cases, &questions); err != nil {
		return nil, err
	}
	answers := globAnswers{Names: questions.Names}
	for _, pattern := range questions.Patterns {
		_, err := path.Match(pattern, "")
		answer := globAnswer{Pattern: pattern, WellFormed: err == nil, Matches: []string{}}
		for _, name := range questions.Names {
			if matched, err := filepath.Match(pattern, name); err == nil && matched {
				answer.Matches = append(answer.Matches, name)
			}
		}
		answers.Patterns = append(answers.Patterns, answer)
	}
	return answers, nil
}
