/** The flags of the documentation page, word for word. */
const PAGE = `
  --set envFrom.configMapRef=inference-gateway --set envFrom.secretRef=inference-gateway
  --set extraEnv[0].name=SSL_CERT_FILE --set extraEnv[0].value=/usr/local/share/ca-certificates/keycloak-ca.crt
  --set volumes[0].name=keycloak-ca --set volumes[0].configMap.name=keycloak-ca
  --set volumeMounts[0].name=keycloak-ca
  --set volumeMounts[0].mountPath=/usr/local/share/ca-certificates/keycloak-ca.crt
  --set volumeMounts[0].subPath=ca.crt --set volumeMounts[0].readOnly=true`;

export const PAGE_FLAGS: readonly string[] = PAGE.trim().split(/\s+/);
