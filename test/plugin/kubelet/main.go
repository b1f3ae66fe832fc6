// Command ask-kubelet prints the credentials that kubelet's own code gets for images from its credential providers: a
// line of JSON for each image. It is called with kubelet's CredentialProviderConfig, the folder of the providers, and
// the images.
package main

import (
	"encoding/json"
	"fmt"
	"os"

	"k8s.io/kubernetes/pkg/credentialprovider/plugin"
)

type answer struct {
	Image       string       `json:"image"`
	Credentials []credential `json:"credentials"`
}

type credential struct {
	Username string `json:"username"`
	Password string `json:"password"`
}

func main() {
	if err := run(os.Args[1], os.Args[2], os.Args[3:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(config, folder string, images []string) error {
	if err := plugin.RegisterCredentialProviderPlugins(config, folder, nil, nil); err != nil {
		return err
	}
	keyring := plugin.NewExternalCredentialProviderDockerKeyring("team-a", "pod", "uid-1", "default")
	lines := json.NewEncoder(os.Stdout)
	for _, image := range images {
		found, _ := keyring.Lookup(image)
		line := answer{Image: image, Credentials: []credential{}}
		for _, auth := range found {
			line.Credentials = append(line.Credentials, credential{auth.Username, auth.Password})
		}
		if err := lines.Encode(line); err != nil {
			return err
		}
	}
	return nil
}
