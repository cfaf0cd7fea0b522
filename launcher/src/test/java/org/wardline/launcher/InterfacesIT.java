package org.wardline.launcher;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.wardline.launcher.DemoSystem.await;
import static org.wardline.launcher.PageChecks.check;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whoever looks after interfaces sees what came, and conversations follow the patient. */
class InterfacesIT extends BrowserJourney {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String STATE =
      "async () => (await (await fetch('/api/interfaces/messages/search', { method: 'POST', headers: { 'X-Wardline': '1',"
          + " 'Content-Type': 'application/json' }, body: JSON.stringify({ controlId: 'IF-1' }) })).json())[0].state";

  @Test
  void what_somebody_must_look_at_shows_its_story_and_its_content_only_for_a_reason() {
    assertThat(Hl7.send(Hl7.message("ADT^A08", "IF-1", "||Roe^Nobody", "ZPI|x\n")).code())
        .isEqualTo("AA");
    try (BrowserPerson gray = BrowserPerson.signIn(browser, "admin.gray", 1440, 900)) {
      Page page = gray.page();
      button(page, "Interfaces").click();
      page.getByLabel("Control id").fill("IF-1");
      Locator card = page.getByLabel("IF-1", new Page.GetByLabelOptions().setExact(true));
      assertThat(card).containsText("no patient identifier");
      assertThat(card).containsText("owner administrator");
      button(card, "Story").click();
      assertThat(card).containsText("PID 1 5");
      assertThat(card).containsText("MSA|AA|IF-1");
      assertThat(page.getByText("Roe^Nobody")).hasCount(0);
      check(page, "interfaces-desktop");
      card.getByRole(AriaRole.TEXTBOX).fill("The sender asks why it was not taken");
      button(card, "Open content").click();
      confirm(page, "admin.gray");
      assertThat(card).containsText("Roe^Nobody");

      page.reload();
      page.getByLabel("Control id").fill("IF-1");
      page.getByLabel("State", new Page.GetByLabelOptions().setExact(true)).selectOption("");
      button(card, "Story").click();
      button(card, "Process again").click();
      assertThat(card).containsText("It is processed again.");
      await( // nothing was mended
          "it was processed", Duration.ofSeconds(20), () -> page.evaluate(STATE).equals("review"));
      assertThat(card).containsText("somebody must look at it: no patient identifier");
      button(card, "Seen to").click();
      assertThat(card).containsText("seen to");
      page.setViewportSize(360, 740);
      check(page, "interfaces-phone");
      assertThat(page.getByText("EHR record")).isVisible();
    }
    String trail =
        DemoSystem.fhir(
                "AuditEvent?_count=200",
                DemoSystem.token("compliance-reporting", "system/AuditEvent.rs"))
            .body();
    assertThat(trail)
        .contains(
            "interface-message-opened",
            "The sender asks why it was not taken",
            "interface-message-replayed",
            "review-closed");
  }

  @Test
  void a_conversation_follows_a_merge_and_comes_back_when_that_is_undone() throws Exception {
    Hl7.taken(Hl7.message("ADT^A04", "IF-10", "FOLLOW-A^^^IT^MR||Roe^Flora", ""));
    Hl7.taken(Hl7.message("ADT^A04", "IF-11", "FOLLOW-B^^^IT^MR||Roe^Florence", ""));
    String prior = patient("FOLLOW-A");
    String survivor = patient("FOLLOW-B");
    String message = message(prior, "About Flora");
    Hl7.taken(
        Hl7.message(
            "ADT^A40^ADT_A39",
            "IF-12",
            "FOLLOW-B^^^IT^MR||Roe^Florence",
            "MRG|FOLLOW-A^^^IT^MR\n"));
    assertThat(messages(survivor)).containsExactly(message);
    assertThat(messages(prior)).isEmpty();
    try (BrowserPerson ives = BrowserPerson.signIn(browser, "admin.ives", 1440, 900)) {
      Page page = ives.page();
      page.navigate(DemoSystem.origin() + "/auth/sign-in?level=fresh&back=/interfaces");
      BrowserPerson.code(page, "admin.ives");
      page.waitForURL(DemoSystem.origin() + "/interfaces");
      Locator card = page.getByLabel("FOLLOW-A into FOLLOW-B");
      button(card, "Undo").click();
      button(card, "Undo the merge").click();
      assertThat(card).containsText("undone");
    }
    assertThat(patient("FOLLOW-A")).isEqualTo(prior);
    assertThat(messages(prior)).containsExactly(message);
    assertThat(messages(survivor)).isEmpty();
  }

  @Test
  void a_transfer_brings_the_ward_in_and_a_discharge_closes_the_conversation_after_a_while()
      throws Exception {
    String patient = "FOLLOW-C^^^IT^MR||Roe^Cleo";
    String pv1 = "PV1|1|I|%s^9^1||||||||||||||||VIS-FC|||||||||||||||||||||||||%s|%s\n";
    Hl7.taken(
        Hl7.message("ADT^A01", "IF-20", patient, pv1.formatted("ED", "20260601100000+0000", "")));
    message(patient("FOLLOW-C"), "Please watch the drain");
    Hl7.taken(
        Hl7.message(
            "ADT^A02", "IF-21", patient, pv1.formatted("3 West", "20260601100000+0000", "")));
    Hl7.taken(
        Hl7.message(
            "ORU^R01",
            "IF-22",
            patient,
            "OBR|1||F-IF|K^Potassium^L\nOBX|1|NM|K^Potassium^L||4.2|mmol/L|3.5-5.1|N|||F\n"));
    try (BrowserPerson bianchi = BrowserPerson.signIn(browser, "dr.bianchi", 1440, 900)) {
      Page page = bianchi.page();
      page.locator(".row", new Page.LocatorOptions().setHasText("Roe, Cleo")).click();
      assertThat(page.locator(".details")).containsText("as Cardiology on call");
      assertThat(page.locator(".chart")).containsText("Potassium");
      assertThat(page.locator(".chart")).containsText("4.2 mmol/L (3.5-5.1)");
      check(page, "chart-desktop");
      page.setViewportSize(360, 740);
      button(page, "Details").click();
      assertThat(page.locator(".chart")).containsText("4.2 mmol/L");
      check(page, "chart-phone");
      page.setViewportSize(1440, 900);
      // however long ago: nothing closes within a day
      Hl7.taken(
          Hl7.message(
              "ADT^A03",
              "IF-23",
              patient,
              pv1.formatted("3 West", "20250101100000+0000", "20250102100000+0000")));
      page.reload();
      assertThat(page.getByText("The patient was discharged. This conversation closes"))
          .isVisible();
      assertThat(page.getByPlaceholder("Write a message")).isVisible();
      DemoDatabase.execute(
          "update conversation set closes_at = now() - interval '1 minute' where closes_at is not null");
      page.reload();
      assertThat(page.getByText("the patient was discharged")).isVisible();
      assertThat(page.getByPlaceholder("Write a message")).hasCount(0);
      picture(page, "closed-desktop");
      Hl7.taken(
          Hl7.message(
              "ADT^A13", "IF-24", patient, pv1.formatted("3 West", "20250101100000+0000", "")));
      page.reload();
      assertThat(page.getByPlaceholder("Write a message")).isVisible();
    }
  }

  @Test
  void whom_the_staff_directory_says_has_left_is_signed_out_and_may_come_back() {
    String staff =
        "MSH|^~\\&|HR|IT|WARDLINE|DEMO|20260601||MFN^M02^MFN_M02|IF-%s|T|2.5.1\rMFI|PRA|HR|UPD|||AL\rMFE|%s|||nurse.cole\rSTF|nurse.cole||Cole^Ana\r";
    String active = "select count(*) from practitioner where username = 'nurse.cole' and active";
    try (BrowserPerson cole = BrowserPerson.signIn(browser, "nurse.cole", 1024, 768)) {
      Hl7.taken(staff.formatted("30", "MDC"));
      assertThat(cole.page().getByText("This device was signed out.")).isVisible();
      assertThat(DemoDatabase.query(active)).isEqualTo("0");
    }
    Hl7.taken(staff.formatted("31", "MUP"));
    await("she is back", Duration.ofSeconds(40), () -> DemoDatabase.query(active).equals("1"));
    try (BrowserPerson cole = BrowserPerson.signIn(browser, "nurse.cole", 1024, 768)) {
      assertThat(cole.page().locator("h1")).hasText("Inbox");
    }
  }

  @Test
  void messages_are_found_by_record_number_destinations_are_tested_and_routes_are_changed()
      throws Exception {
    Hl7.taken(
        Hl7.message(
            "ADT^A04",
            "IF-40",
            "ROUTED^^^IT^MR||Roe^Rhea",
            "PV1|1|O|Day Clinic||||||||||||||||VIS-R\n"));
    Hl7.taken(Hl7.message("ADT^A04", "IF-41", "ELSE^^^IT^MR||Roe^Else", ""));
    try (BrowserPerson ives = BrowserPerson.signIn(browser, "admin.ives", 1440, 900)) {
      Page page = ives.page();
      page.navigate(DemoSystem.origin() + "/auth/sign-in?level=fresh&back=/interfaces");
      BrowserPerson.code(page, "admin.ives");
      page.waitForURL(DemoSystem.origin() + "/interfaces");
      page.getByLabel("Record number").fill("ROUTED");
      page.getByLabel("State", new Page.GetByLabelOptions().setExact(true)).selectOption("");
      page.getByLabel("Came", new Page.GetByLabelOptions().setExact(true)).selectOption("1");
      assertThat(page.getByLabel("IF-40", new Page.GetByLabelOptions().setExact(true))).isVisible();
      assertThat(page.getByLabel("IF-41", new Page.GetByLabelOptions().setExact(true))).hasCount(0);

      Locator destination = page.getByLabel("EHR record");
      button(destination, "Test").click();
      assertThat(destination).containsText("It answers.");

      page.getByLabel("Remove the route to ehr-hl7").click();
      page.getByText("Add a route").click();
      page.getByLabel("Goes to", new Page.GetByLabelOptions().setExact(true))
          .selectOption("ehr-hl7");
      page.getByLabel("Units (ward or department)").fill("3 West, day clinic");
      page.getByLabel("Patient classes").fill("O");
      button(page, "Add").click();
      check(page, "routes-desktop");
      button(page, "Save routes").click();
      assertThat(page.getByText("unit 3 West or day clinic · patient class O")).isVisible();
      assertThat(button(page, "Save routes")).isDisabled();
      try {
        String outside = message(patient("ELSE"), "Nowhere to be filed as a document");
        String inside = message(patient("ROUTED"), "Filed for the day clinic");
        await(
            "it is filed",
            Duration.ofSeconds(30),
            () -> Hospital.hl7("Filed for the day clinic").size() == 1);
        assertThat(Hospital.hl7("Filed for the day clinic").get(0))
            .contains("PV1|1|O|Day Clinic|", "|VIS-R\r");
        assertThat(targets(outside)).doesNotContain("destination:ehr-hl7");
        assertThat(targets(inside)).contains("destination:ehr-hl7");
      } finally {
        page.evaluate(
            "async () => { const h = { 'X-Wardline': '1', 'Content-Type': 'application/json' }; const r = await (await fetch('/api/routes')).json();"
                + " const routes = r.routes.filter((x) => x.destination !== 'ehr-hl7').concat([{ destination: 'ehr-hl7' }]);"
                + " await fetch('/api/routes', { method: 'PUT', headers: h, body: JSON.stringify({ version: r.version, routes }) }); }");
      }
      assertThat(ives.call("GET", "routes").body()).contains("\"history\":[{\"version\":2");
    }
  }

  private static String targets(String message) {
    return DemoDatabase.query(
        "select string_agg(target, ' ') from recipient_state where message_id = '" + message + "'");
  }

  private static String token() {
    return DemoSystem.token(
        "integration-engine",
        "system/Patient.rs",
        "system/Communication.crs",
        "system/Practitioner.rs");
  }

  private static String patient(String identifier) throws IOException {
    JsonNode entries =
        JSON.readTree(DemoSystem.fhir("Patient?identifier=" + identifier, token()).body())
            .path("entry");
    assertThat(entries).hasSize(1);
    return "Patient/" + entries.get(0).path("resource").path("id").asText();
  }

  /** A message of a machine to the pharmacist; its reference. */
  private static String message(String patient, String text) throws IOException {
    JsonNode people =
        JSON.readTree(DemoSystem.fhir("Practitioner?identifier=pharm.dietz", token()).body());
    String to = people.path("entry").path(0).path("resource").path("id").asText();
    var answer =
        DemoSystem.post(
            DemoSystem.origin() + "/fhir/Communication",
            """
            {"resourceType":"Communication","status":"in-progress","subject":{"reference":"%s"},
             "recipient":[{"reference":"Practitioner/%s"}],"payload":[{"contentString":"%s"}]}"""
                .formatted(patient, to, text),
            "Authorization",
            "Bearer " + token(),
            "Content-Type",
            "application/fhir+json",
            "Prefer",
            "return=representation");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    return JSON.readTree(answer.body()).path("id").asText();
  }

  private static List<String> messages(String patient) throws IOException {
    JsonNode found =
        JSON.readTree(DemoSystem.fhir("Communication?patient=" + patient, token()).body());
    return found.path("entry").findValues("resource").stream()
        .map(r -> r.path("id").asText())
        .toList();
  }
}
