package org.wardline.launcher;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.microsoft.playwright.Page;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Somebody changes a message where it is kept: it is seen, told, and hides nothing else. */
class BrokenSealIT extends BrowserJourney {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void a_message_that_was_changed_in_the_database_is_not_shown_and_hides_no_other()
      throws Exception {
    String topic = "Seal " + UUID.randomUUID();
    JsonNode first = FhirClient.kept(send(topic, "Give 10 mg", ""), 201);
    String thread = first.at("/partOf/0/reference").asText();
    String id = first.path("id").asText();
    FhirClient.kept(
        send(topic, "Done at ten", ",\"partOf\":[{\"reference\":\"" + thread + "\"}]"), 201);
    String author = change("select author_name from message where id = ?::uuid", id);
    change("update message set author_name = 'Dr. Else' where id = ?::uuid returning id", id);
    try (BrowserPerson bianchi = BrowserPerson.signIn(browser, "dr.bianchi", 390, 844)) {
      Page page = bianchi.page();
      page.navigate(DemoSystem.origin() + "/c/" + thread.replace("Communication/", ""));
      assertThat(page.getByText("was changed where it is kept")).isVisible();
      assertThat(page.getByText("Done at ten")).isVisible();
      assertThat(page.getByText("Give 10 mg")).hasCount(0);
      PageChecks.check(page, "broken-seal-phone");

      JsonNode read = JSON.readTree(FhirClient.get("Communication/" + id).body());
      assertThat(read.at("/payload/0/_contentString/extension/0/valueCode").asText())
          .isEqualTo("error");
      String found = FhirClient.get("Communication?part-of=" + thread).body();
      assertThat(found).contains("Done at ten", id).doesNotContain("Give 10 mg");
      assertThat(
              DemoSystem.fhir(
                      "AuditEvent?subtype=seal-broken&entity=Communication/" + id,
                      DemoSystem.token("compliance-reporting", "system/AuditEvent.rs"))
                  .body())
          .contains("seal-broken");
    } finally {
      change(
          "update message set author_name = '" + author + "' where id = ?::uuid returning id", id);
    }
    assertThat(FhirClient.get("Communication/" + id).body()).contains("Give 10 mg");
  }

  private static java.net.http.HttpResponse<String> send(String topic, String text, String more) {
    return FhirClient.post(
        "Communication",
        """
        {"resourceType":"Communication","status":"in-progress","topic":{"text":"%s"},
         "recipient":[{"identifier":{"system":"https://wardline.org/fhir/NamingSystem/username","value":"dr.bianchi"}}],
         "payload":[{"contentString":"%s"}]%s}"""
            .formatted(topic, text, more));
  }

  private static String change(String sql, String id) throws SQLException {
    try (Connection connection = DemoSystem.system().database("wardline");
        PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, id);
      var rows = statement.executeQuery();
      rows.next();
      return rows.getString(1);
    }
  }
}
