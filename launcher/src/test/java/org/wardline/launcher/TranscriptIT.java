package org.wardline.launcher;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.wardline.launcher.FhirClient.kept;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.Download;
import com.microsoft.playwright.Page;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.UUID;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.text.PDFTextStripper;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Conversations as documents: for programs a FHIR document, for people a PDF. */
class TranscriptIT extends BrowserJourney {
  private static final String NUMBER = "TRANSCRIPT-1";

  @BeforeAll
  static void admit() {
    Hl7.taken(Hl7.message("ADT^A04", "TR-1", NUMBER + "^^^IT^MR||Roe^Tess||19700102|F", ""));
  }

  @Test
  void a_conversation_is_read_found_and_taken_as_a_document() throws Exception {
    String text = "Taken as a document " + UUID.randomUUID();
    String conversation = send(text, "pharm.dietz");
    JsonNode composition = kept(DemoSystem.fhir("Composition/" + conversation, token()), 200);
    assertThat(composition.path("status").asText()).isEqualTo("preliminary");
    assertThat(composition.at("/section/0/text/div").asText()).contains(text);
    assertThat(composition.at("/section/0/entry/0/reference").asText())
        .startsWith("Communication/");
    JsonNode found =
        kept(
            DemoSystem.fhir(
                "Composition?patient.identifier=urn:wardline:authority:IT%7C" + NUMBER, token()),
            200);
    assertThat(found.findValuesAsText("id")).contains(conversation);
    assertThat(
            kept(DemoSystem.fhir("Composition?_id=" + UUID.randomUUID(), token()), 200)
                .path("entry"))
        .isEmpty();

    JsonNode document =
        kept(DemoSystem.fhir("Composition/" + conversation + "/$document", token()), 200);
    assertThat(document.path("type").asText()).isEqualTo("document");
    assertThat(document.path("identifier").path("value").asText()).startsWith("urn:uuid:");
    assertThat(document.at("/entry/0/resource/resourceType").asText()).isEqualTo("Composition");
    var here = new HashSet<String>();
    document
        .path("entry")
        .forEach(
            e -> {
              String id = e.at("/resource/id").asText();
              here.add(e.at("/resource/resourceType").asText() + "/" + id);
              here.add(e.path("fullUrl").asText());
              assertThat(e.path("fullUrl").asText()).endsWith(id);
            });
    assertThat(here).containsAll(document.at("/entry/0/resource").findValuesAsText("reference"));
    assertThat(document.toString()).contains(text, NUMBER);
    assertThat(document.findValuesAsText("valueBase64Binary")).isNotEmpty();

    HttpResponse<byte[]> pdf = pdf(conversation, token());
    assertThat(pdf.headers().firstValue("Content-Type")).contains("application/pdf");
    assertThat(words(pdf.body())).contains(text, NUMBER, "born 1970-01-02");
    assertThat(
            DemoDatabase.query(
                "select count(*) from audit_event where array_to_string(subtype, ' ') like '%conversation-exported%' and array_to_string(entities, ' ') like '%Composition/"
                    + conversation
                    + "%'"))
        .isEqualTo("2");
  }

  @Test
  void it_needs_the_scopes_of_messages_and_of_documents() throws Exception {
    String conversation = send("Not for all " + UUID.randomUUID(), "pharm.dietz");
    String document = "Composition/" + conversation + "/$document";
    for (String[] scopes :
        new String[][] {{"system/Composition.rs"}, {"system/Communication.crs"}}) {
      String weak = DemoSystem.token("integration-engine", scopes);
      for (String path : new String[] {document, "Composition/" + conversation, "Composition"}) {
        assertThat(DemoSystem.fhir(path, weak).statusCode()).as(path).isEqualTo(403);
      }
      assertThat(pdf(conversation, weak).statusCode()).isEqualTo(403);
    }
    String nobody = "Composition/" + UUID.randomUUID();
    assertThat(DemoSystem.fhir(nobody, token()).statusCode()).isEqualTo(404);
    assertThat(DemoSystem.fhir(nobody + "/$document", token()).statusCode()).isEqualTo(404);
    assertThat(
            FhirClient.sendAs(token(), "POST", "Composition", "{\"resourceType\":\"Composition\"}")
                .statusCode())
        .isBetween(400, 405);
  }

  @Test
  void a_person_saves_it_once_he_confirmed_and_has_read_what_is_in_it() throws Exception {
    String text = "Unread until it was saved " + UUID.randomUUID();
    String conversation = send(text, "nurse.cole");
    try (BrowserPerson cole = BrowserPerson.signIn(browser, "nurse.cole", 1440, 900);
        BrowserPerson dietz = BrowserPerson.signIn(browser, "pharm.dietz", 1440, 900)) {
      String path = "conversations/" + conversation + "/document";
      assertThat(dietz.call("POST", path).status()).isEqualTo(403);
      assertThat(dietz.call("POST", "conversations/" + UUID.randomUUID() + "/document").status())
          .isEqualTo(404);
      assertThat(cole.call("POST", path).status()).isEqualTo(401);
      assertThat(cole.call("GET", path).status()).isEqualTo(405); // no link takes it
      String cookie = "__Host-wardline=" + cole.sessionToken();
      for (String gives : new String[] {"", "/$document"}) {
        assertThat(
                DemoSystem.get(
                        DemoSystem.origin() + "/fhir/Composition/" + conversation + gives,
                        "Cookie",
                        cookie)
                    .statusCode())
            .as(gives)
            .isEqualTo(403);
      }
      assertThat(read(text)).isEqualTo("f");
      Page page = cole.page();
      page.navigate(DemoSystem.origin() + "/c/" + send("Another one", "nurse.cole"));
      page.locator(".bubble-text").waitFor();
      button(page, "Save as PDF").click();
      Download saved =
          page.waitForDownload(
              new Page.WaitForDownloadOptions()
                  .setTimeout(60_000), // a code that was not used may be 40 s away
              () -> confirm(page, "nurse.cole"));
      assertThat(saved.suggestedFilename()).isEqualTo("conversation.pdf");
      Path file = Path.of("target/screenshots/conversation.pdf");
      saved.saveAs(file);
      assertThat(words(Files.readAllBytes(file)))
          .contains("Another one", "Roe, Tess", "by Cole, Ana");
      assertThat(page.locator(".details")).containsText("read");
      PageChecks.check(page, "conversation-1440");

      assertThat(cole.call("POST", path).status()).isEqualTo(200); // confirmed a moment ago
      assertThat(read(text)).isEqualTo("t");
    }
  }

  /** Whether nurse.cole has read the message that a client named so. */
  private static String read(String text) {
    return DemoDatabase.query(
        """
        select bool_or(s.state = 'read') from recipient_state s join message_identifier i on i.message_id = s.message_id
        join practitioner p on s.target = 'Practitioner/' || p.id where p.username = 'nurse.cole' and i.value = '%s'"""
            .formatted(text));
  }

  private static String send(String text, String username) throws IOException {
    JsonNode sent =
        kept(
            FhirClient.post(
                "Communication",
                """
                {"resourceType":"Communication","status":"in-progress","identifier":[{"system":"urn:it","value":"%s"}],
                 "subject":{"identifier":{"system":"urn:wardline:authority:IT","value":"%s"}},
                 "recipient":[{"identifier":{"system":"https://wardline.org/fhir/NamingSystem/username","value":"%s"}}],
                 "payload":[{"contentString":"%s"}]}"""
                    .formatted(text, NUMBER, username, text)),
            201);
    return sent.at("/partOf/0/reference").asText().replace("Communication/", "");
  }

  private static String token() {
    return DemoSystem.token(
        "integration-engine",
        "system/Composition.rs",
        "system/Communication.crs",
        "system/Patient.rs");
  }

  private static HttpResponse<byte[]> pdf(String conversation, String token)
      throws IOException, InterruptedException {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .build()
        .send(
            HttpRequest.newBuilder(
                    URI.create(
                        DemoSystem.origin() + "/fhir/Composition/" + conversation + "/$document"))
                .timeout(Duration.ofSeconds(30))
                .header("Accept", "application/pdf")
                .header("Authorization", "Bearer " + token)
                .build(),
            HttpResponse.BodyHandlers.ofByteArray());
  }

  private static String words(byte[] pdf) throws IOException {
    try (PDDocument document = Loader.loadPDF(pdf)) {
      return new PDFTextStripper().getText(document);
    }
  }
}
