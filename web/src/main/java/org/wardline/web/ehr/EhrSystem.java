package org.wardline.web.ehr;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.oauth2.sdk.auth.JWTAuthenticationClaimsSet;
import com.nimbusds.oauth2.sdk.auth.PrivateKeyJWT;
import com.nimbusds.oauth2.sdk.id.Audience;
import com.nimbusds.oauth2.sdk.id.ClientID;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An EHR that may open Wardline.
 *
 * @param name that people read
 * @param iss address of its FHIR server, as it names itself in a launch
 * @param clientId what Wardline is called there
 * @param keyFile file with the private key (JWK, P-384 or RSA) by which Wardline proves itself
 *     there (ES384, RS384); null where it is a public client, with PKCE alone
 */
public record EhrSystem(String name, String iss, String clientId, @Nullable Path keyFile) {
  /**
   * Looks whether it can be used.
   *
   * @throws IllegalArgumentException saying what is wrong with it
   */
  public EhrSystem {
    if (name == null || iss == null || clientId == null) {
      throw new IllegalArgumentException("name, iss and clientId are required");
    }
    URI address = URI.create(iss);
    if (address.getHost() == null || !safe(address)) {
      throw new IllegalArgumentException(
          "iss must be an address that begins with https (http only on this machine)");
    }
  }

  /** Its address without a slash at its end. */
  String base() {
    return base(iss);
  }

  static String base(String address) {
    return address.endsWith("/") ? address.substring(0, address.length() - 1) : address;
  }

  /** True for HTTPS, and for this machine itself. */
  static boolean safe(URI address) {
    return "https".equals(address.getScheme())
        || ("http".equals(address.getScheme())
            && ("127.0.0.1".equals(address.getHost()) || "localhost".equals(address.getHost())));
  }

  /**
   * Our proof for its token endpoint (RFC 7523; SMART App Launch 2.2, asymmetric clients); empty
   * for a public client.
   *
   * @throws IllegalArgumentException when the key cannot be read, has no {@code kid}, or cannot
   *     sign
   */
  Optional<PrivateKeyJWT> proof(URI audience) {
    if (keyFile == null) {
      return Optional.empty();
    }
    try {
      JWK key = JWK.parse(Files.readString(keyFile));
      boolean rsa = key instanceof RSAKey;
      var header =
          new JWSHeader.Builder(rsa ? JWSAlgorithm.RS384 : JWSAlgorithm.ES384)
              .type(JOSEObjectType.JWT)
              .keyID(Objects.requireNonNull(key.getKeyID(), "kid"))
              .build();
      var claims = new JWTAuthenticationClaimsSet(new ClientID(clientId), new Audience(audience));
      var assertion = new SignedJWT(header, claims.toJWTClaimsSet());
      assertion.sign(rsa ? new RSASSASigner(key.toRSAKey()) : new ECDSASigner(key.toECKey()));
      return Optional.of(new PrivateKeyJWT(assertion));
    } catch (IOException
        | ParseException
        | JOSEException
        | ClassCastException
        | NullPointerException e) {
      throw new IllegalArgumentException("the key of " + name + " cannot be used", e);
    }
  }
}
