package main

import (
	"encoding/json"
	"fmt"
	"slices"

	"k8s.io/kubernetes/pkg/credentialprovider"
	"k8s.io/kubernetes/pkg/util/parsers"
)

type dockerConfigAnswer struct {
	Name string `json:"name"`
	Form string `json:"form"`
	Text string `json:"text"`
	// Error is Go's message, or null where kubelet can use the Secret.
	Error   *string                     `json:"error"`
	Entries map[string]dockerConfigItem `json:"entries"`
}

type dockerConfigItem struct {
	Username string `json:"username"`
	Password string `json:"password"`
	Email    string `json:"email"`
}

// answerDockerConfigs decodes as pkg/credentialprovider/secrets.MakeDockerKeyring does.
func answerDockerConfigs(cases []byte) (any, error) {
	var answers []dockerConfigAnswer
	if err := json.Unmarshal(cases, &answers); err != nil {
		return nil, err
	}
	for i := range answers {
		answer := &answers[i]
		var config credentialprovider.DockerConfigJSON
		target := any(&config)
		if answer.Form == "dockercfg" {
			target = &config.Auths
		}
		if err := json.Unmarshal([]byte(answer.Text), target); err != nil {
			message := err.Error()
			answer.Error = &message
			continue
		}
		answer.Entries = map[string]dockerConfigItem{}
		for key, entry := range config.Auths {
			answer.Entries[key] = dockerConfigItem{entry.Username, entry.Password, entry.Email}
		}
	}
	return answers, nil
}

type keyringAnswer struct {
	Name string `json:"name"`
	// Secrets are the `auths` keys of each pull secret, in the Pod's order.
	Secrets [][]string      `json:"secrets"`
	Images  []string        `json:"images,omitempty"`
	Lookups []keyringLookup `json:"lookups"`
}

type keyringLookup struct {
	Image      string `json:"image"`
	Repository string `json:"repository"`
	// Usernames are "<index of the Secret> <key>", in the order in which kubelet tries them.
	Usernames []string `json:"usernames"`
	// Ordered is false where the order differs from run to run, because Go's maps have none; Usernames is then sorted.
	Ordered bool `json:"ordered"`
}

func answerKeyrings(cases []byte) (any, error) {
	var answers []keyringAnswer
	if err := json.Unmarshal(cases, &answers); err != nil {
		return nil, err
	}
	for i := range answers {
		answer := &answers[i]
		for _, image := range answer.Images {
			repository, _, _, err := parsers.ParseImageName(image)
			if err != nil {
				return nil, err
			}
			usernames, ordered := lookUpRepeatedly(answer.Secrets, repository)
			answer.Lookups = append(answer.Lookups, keyringLookup{image, repository, usernames, ordered})
		}
		answer.Images = nil
	}
	return answers, nil
}

// lookUpRepeatedly builds the keyring often enough to see whether map order shows.
func lookUpRepeatedly(secrets [][]string, repository string) (usernames []string, ordered bool) {
	usernames, ordered = lookUp(secrets, repository), true
	for range 64 {
		if !slices.Equal(usernames, lookUp(secrets, repository)) {
			ordered = false
		}
	}
	if !ordered {
		slices.Sort(usernames)
	}
	return usernames, ordered
}

func lookUp(secrets [][]string, repository string) []string {
	keyring := &credentialprovider.BasicDockerKeyring{}
	for i, keys := range secrets {
		config := credentialprovider.DockerConfig{}
		for _, key := range keys {
			config[key] = credentialprovider.DockerConfigEntry{Username: fmt.Sprintf("%d %s", i, key), Password: "p"}
		}
		keyring.Add(nil, config)
	}
	usernames := []string{}
	found, _ := keyring.Lookup(repository)
	for _, credential := range found {
		usernames = append(usernames, credential.Username)
	}
	return usernames
}
