#!/bin/sh
# A chat with the gateway by curl. TLS is verified with the authority that signed its certificate.
#
#   TOKEN=$(task fetch-access-token) CA=ca.crt ./chat.sh 'Hello!'
#
# ca.crt: kubectl get secret inference-gateway-tls -n inference-gateway -o jsonpath='{.data.ca\.crt}' | base64 -d
# ADDRESS is where the host is when no name server knows it; `task hosts` prints it.
set -eu

: "${TOKEN:?is not set: TOKEN=\$(task fetch-access-token)}" "${CA:?is not set: the file of the authority}"
HOST="${HOST:-api.inference-gateway.local}"
MODEL="${MODEL:-demo/demo-chat}"

# A backslash before what JSON would take for its own.
QUESTION=$(printf '%s' "${1:-Hello!}" | sed 's/[\\"]/\\&/g')

curl --silent --show-error --fail-with-body --no-buffer --cacert "$CA" \
  ${ADDRESS:+--resolve "$HOST:443:$ADDRESS"} \
  --header "Authorization: Bearer $TOKEN" --header 'Content-Type: application/json' \
  --data "{\"model\":\"$MODEL\",\"messages\":[{\"role\":\"user\",\"content\":\"$QUESTION\"}]}" \
  "https://$HOST/v1/chat/completions"
