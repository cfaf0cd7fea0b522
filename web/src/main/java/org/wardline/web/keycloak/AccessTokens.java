package org.wardline.web.keycloak;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Clock;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.wardline.crypto.Seal;
import org.wardline.setting.Settings;

/**
 * Checks access tokens: signature, algorithm, issuer, audience, expiry, and that it is an access
 * token ({@code typ} Bearer), not an ID or refresh token. A token that was found good is remembered
 * by its hash until it expires.
 */
@Singleton
public class AccessTokens {
  private static final int REMEMBERED = 10_000;

  private final Oidc oidc;
  private final Clock clock;
  private final String audience;
  private volatile @Nullable DefaultJWTProcessor<SecurityContext> processor;
  private final Map<String, JWTClaimsSet> good =
      Collections.synchronizedMap(
          new LinkedHashMap<>(64, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, JWTClaimsSet> eldest) {
              return size() > REMEMBERED;
            }
          });

  @Inject
  public AccessTokens(Oidc oidc, Settings settings, Clock clock) {
    this.oidc = oidc;
    this.clock = clock;
    this.audience = settings.text("wardline.oidc.audience");
  }

  /**
   * The claims of a good token; empty for any other.
   *
   * @throws IdentityProviderAwayException when the keys cannot be fetched
   */
  Optional<JWTClaimsSet> check(String token) {
    String hash =
        Base64.getEncoder().encodeToString(Seal.digest(token.getBytes(StandardCharsets.UTF_8)));
    JWTClaimsSet known = good.get(hash);
    if (known != null) {
      if (known.getExpirationTime().toInstant().isAfter(clock.instant())) {
        return Optional.of(known);
      }
      good.remove(hash);
      return Optional.empty();
    }
    try {
      JWTClaimsSet claims = processor().process(token, null);
      good.put(hash, claims);
      return Optional.of(claims);
    } catch (ParseException | BadJOSEException e) {
      return Optional.empty();
    } catch (JOSEException e) {
      throw new IdentityProviderAwayException(e);
    }
  }

  private DefaultJWTProcessor<SecurityContext> processor() {
    DefaultJWTProcessor<SecurityContext> known = processor;
    if (known != null) {
      return known;
    }
    var made = new DefaultJWTProcessor<SecurityContext>();
    made.setJWSKeySelector(oidc.keySelector());
    var exact =
        new JWTClaimsSet.Builder().issuer(oidc.issuer().getValue()).claim("typ", "Bearer").build();
    var verifier =
        new DefaultJWTClaimsVerifier<SecurityContext>(
            audience, exact, Set.of("sub", "exp", "iat", "jti", "azp"));
    verifier.setMaxClockSkew(5);
    made.setJWTClaimsSetVerifier(verifier);
    processor = made;
    return made;
  }
}
