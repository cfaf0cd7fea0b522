package org.wardline.web.ehr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.SignedJWT;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EhrSystemTest {
  private static final URI TOKEN = URI.create("https://ehr.example/token");

  @TempDir private Path folder;

  @Test
  void its_proof_is_the_one_that_smart_asks_for() throws Exception {
    ECKey key = new ECKeyGenerator(Curve.P_384).keyID("k1").generate();
    SignedJWT proof = ehr(key.toJSONString()).proof(TOKEN).orElseThrow().getClientAssertion();
    assertThat(proof.verify(new ECDSAVerifier(key.toPublicJWK()))).isTrue();
    assertThat(proof.getHeader().getAlgorithm().getName()).isEqualTo("ES384");
    assertThat(proof.getHeader().getType().getType()).isEqualTo("JWT");
    assertThat(proof.getHeader().getKeyID()).isEqualTo("k1");
    var claims = proof.getJWTClaimsSet();
    assertThat(claims.getIssuer()).isEqualTo("wardline");
    assertThat(claims.getSubject()).isEqualTo("wardline");
    assertThat(claims.getAudience()).containsExactly(TOKEN.toString());
    assertThat(claims.getJWTID()).isNotBlank();
    assertThat(claims.getExpirationTime().toInstant())
        .isBetween(Instant.now(), Instant.now().plusSeconds(300));
  }

  @Test
  void a_key_that_cannot_be_used_is_told_at_once() throws Exception {
    String nameless = new ECKeyGenerator(Curve.P_384).generate().toJSONString();
    for (String key : new String[] {nameless, "no key", "{}"}) {
      assertThatThrownBy(() -> ehr(key).proof(TOKEN)).isInstanceOf(IllegalArgumentException.class);
    }
    assertThat(new EhrSystem("x", "https://ehr.example/fhir", "wardline", null).proof(TOKEN))
        .isEmpty();
  }

  @Test
  void only_addresses_that_nobody_reads_along_are_taken() {
    for (String iss :
        new @Nullable String[] {"http://ehr.example/fhir", "ftp://localhost", "ehr", "/fhir"}) {
      assertThatThrownBy(() -> new EhrSystem("x", iss, "wardline", null))
          .as(iss)
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  private EhrSystem ehr(String key) throws Exception {
    Path file = Files.writeString(folder.resolve("key.jwk"), key);
    return new EhrSystem("x", "https://ehr.example/fhir", "wardline", file);
  }
}
