package org.wardline.web.keycloak;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import com.nimbusds.oauth2.sdk.GeneralException;
import com.nimbusds.oauth2.sdk.auth.ClientAuthentication;
import com.nimbusds.oauth2.sdk.auth.PrivateKeyJWT;
import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.URI;
import java.text.ParseException;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.wardline.setting.InvalidSettingException;
import org.wardline.setting.Settings;

/**
 * The identity provider: what it says of itself, its keys, and our proof that we are its client.
 */
@Singleton
public class Oidc {
  private static final int CONNECT_MS = 3000;
  private static final int READ_MS = 5000;
  private static final long OUTAGE_MS = 3_600_000L;
  private static final Set<JWSAlgorithm> ALGORITHMS =
      Set.of(JWSAlgorithm.RS256, JWSAlgorithm.ES256);

  private final Issuer issuer;
  private final ClientID client;
  private final ECKey clientKey;
  private volatile @Nullable Provider provider;

  /** The provider as it describes itself. */
  record Provider(OIDCProviderMetadata metadata, JWKSource<SecurityContext> keys) {}

  /**
   * Reads the client's key.
   *
   * @throws InvalidSettingException when there is none: then nobody is let in
   */
  @Inject
  public Oidc(Settings settings) {
    issuer = new Issuer(settings.text("wardline.oidc.issuer"));
    client = new ClientID(settings.text("wardline.oidc.client-id"));
    clientKey = key(settings, "wardline.oidc.client-key.file");
  }

  Issuer issuer() {
    return issuer;
  }

  ClientID client() {
    return client;
  }

  /**
   * The provider's metadata and keys; fetched when first needed, because it may start after us.
   *
   * @throws IdentityProviderAwayException when it does not answer
   */
  Provider provider() {
    Provider known = provider;
    if (known != null) {
      return known;
    }
    try {
      OIDCProviderMetadata metadata = OIDCProviderMetadata.resolve(issuer, CONNECT_MS, READ_MS);
      JWKSource<SecurityContext> keys =
          JWKSourceBuilder.create(
                  metadata.getJWKSetURI().toURL(),
                  new DefaultResourceRetriever(CONNECT_MS, READ_MS))
              .retrying(true)
              .outageTolerant(OUTAGE_MS)
              .build();
      Provider found = new Provider(metadata, keys);
      provider = found;
      return found;
    } catch (GeneralException | IOException e) {
      throw new IdentityProviderAwayException(e);
    }
  }

  /**
   * Nobody is sent to a sign-in page that does not answer: asked each time, since a sign-in is rare
   * and an answer of a moment ago says nothing.
   *
   * @throws IdentityProviderAwayException when it does not answer
   */
  void requireAnswer() {
    try {
      OIDCProviderMetadata.resolve(issuer, CONNECT_MS, READ_MS);
    } catch (GeneralException | IOException e) {
      throw new IdentityProviderAwayException(e);
    }
  }

  /** Chooses the provider's key for a token, of the algorithms that we accept. */
  JWSVerificationKeySelector<SecurityContext> keySelector() {
    return new JWSVerificationKeySelector<>(ALGORITHMS, provider().keys());
  }

  /** A fresh assertion that we are the browser app's client (RFC 7523, ES256). */
  ClientAuthentication proof() {
    return proof(client, clientKey, provider().metadata().getTokenEndpointURI());
  }

  static ClientAuthentication proof(ClientID client, ECKey key, URI audience) {
    try {
      return new PrivateKeyJWT(
          client, audience, JWSAlgorithm.ES256, key.toPrivateKey(), key.getKeyID(), null);
    } catch (JOSEException e) {
      throw new IllegalStateException("the client key cannot sign", e);
    }
  }

  static ECKey key(Settings settings, String setting) {
    try {
      return JWK.parse(settings.secret(setting)).toECKey();
    } catch (ParseException | ClassCastException e) {
      throw new InvalidSettingException(setting, "names a file that holds no EC key as JWK");
    }
  }

  /** Bounds the time of a request. */
  static HTTPRequest bounded(HTTPRequest request) {
    request.setConnectTimeout(CONNECT_MS);
    request.setReadTimeout(READ_MS);
    return request;
  }
}
