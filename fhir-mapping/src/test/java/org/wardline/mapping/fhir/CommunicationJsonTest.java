package org.wardline.mapping.fhir;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.wardline.message.Author;
import org.wardline.message.BusinessIdentifier;
import org.wardline.message.Category;
import org.wardline.message.MessageContent;
import org.wardline.message.MessageHeader;
import org.wardline.message.PartyRef;
import org.wardline.message.PatientSnapshot;
import org.wardline.message.Priority;
import org.wardline.message.Retraction;

class CommunicationJsonTest {
  private static final FhirContext FHIR = FhirContext.forR4Cached();
  private static final UUID KEY = new UUID(0x19A0L << 32, 7);
  private static final Instant SENT = Instant.parse("2026-11-01T08:00:00.120Z");
  private static final Instant LATER = Instant.parse("2026-11-01T23:59:59.000987Z");
  private static final String HOSTILE =
      "\"}],\"x\":\\ \u0001 \u2028 \uD83E\uDE7A \u0623\u0646\u0627 </script>  two\nlines ";
  private static final PartyRef PERSON =
      PartyRef.parse("Practitioner/00000000-0000-7000-8000-000000000001");

  private static final Author HERSELF =
      new Author(
          PERSON, "dr.adams", "Dr Anna Adams", "Physician", "Surgery", null, "two-factor", null);
  private static final PatientSnapshot PATIENT =
      new PatientSnapshot(KEY, "urn:oid:1.2.3", "A-7", "Hale, Ada", "1950-02-03");

  private static final MessageContent TEXT = new MessageContent("K+ is 6.9 mmol/l.");

  static Stream<CommunicationView> views() {
    Author role =
        new Author(
            PERSON, "dr.adams", HOSTILE, "Physician", "", new UUID(5, 6), "two-factor", null);
    Author machine =
        new Author(PartyRef.device(KEY), "ehr", "EHR", "system", "", null, "client", null);
    Author named =
        new Author(
            PERSON,
            "dr.adams",
            "Dr Anna Adams",
            "Physician",
            "Surgery",
            null,
            "client",
            new Author.Agent(PartyRef.device(KEY), "EHR"));
    Author blank = new Author(PERSON, "x", "  ", "Physician", "", null, "two-factor", null);
    Stream<CommunicationView> takenBack =
        Stream.of(Retraction.Reason.values())
            .map(
                reason ->
                    view(HERSELF, PATIENT, null, new Retraction(reason, HOSTILE, LATER, 2, true)));
    return Stream.concat(
        takenBack,
        Stream.of(
            view(HERSELF, null, TEXT, null),
            view(HERSELF, PATIENT, TEXT, null),
            view(role, PATIENT, new MessageContent(HOSTILE), null),
            view(machine, new PatientSnapshot(KEY, "", "", HOSTILE, null), TEXT, null),
            view(named, PATIENT, TEXT, null),
            view(HERSELF, PATIENT, null, null), // broken
            view(blank, new PatientSnapshot(KEY, "urn:oid:1.2.3", "A-7", "  ", null), TEXT, null)));
  }

  private static CommunicationView view(
      Author author,
      @Nullable PatientSnapshot patient,
      @Nullable MessageContent content,
      @Nullable Retraction retraction) {
    boolean rich = patient != null;
    var header =
        new MessageHeader(
            KEY,
            new UUID(1, 2),
            new UUID(3, 4),
            1,
            author,
            patient,
            rich ? Priority.STAT : Priority.ROUTINE,
            SENT,
            rich ? new UUID(7, 8) : null);
    return new CommunicationView(
        header,
        content,
        content == null && retraction == null,
        rich ? HOSTILE : "",
        rich ? Category.ALERT : Category.NOTIFICATION,
        retraction == null ? "in-progress" : retraction.status(),
        rich ? LATER : null,
        rich
            ? List.of(
                new CommunicationView.Recipient(PERSON, "Dr Anna Adams"),
                new CommunicationView.Recipient(PartyRef.device(KEY), ""))
            : List.of(),
        rich
            ? List.of(new BusinessIdentifier("https://lab.example/ids", HOSTILE.strip()))
            : List.of(),
        retraction,
        3,
        LATER,
        rich,
        "q6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq6s=");
  }

  @ParameterizedTest
  @MethodSource("views")
  void says_what_the_mapper_says(CommunicationView view) throws IOException {
    assertThat(CommunicationJson.says(view)).isTrue();
    String expected = FHIR.newJsonParser().encodeResourceToString(CommunicationMapper.toFhir(view));

    assertThat(tree(CommunicationJson.write(view))).isEqualTo(tree(expected));
  }

  @Test
  void what_its_client_said_besides_is_the_mappers() {
    var carried =
        new MessageContent("Seen.", "{\"resourceType\":\"Communication\",\"language\":\"de\"}");
    assertThat(CommunicationJson.says(view(HERSELF, PATIENT, carried, null))).isFalse();
  }

  /** Members and items, each once: the order of members says nothing. */
  private static Object tree(String json) throws IOException {
    try (JsonParser parser =
        JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build()
            .createParser(json)) {
      parser.nextToken();
      return value(parser);
    }
  }

  private static Object value(JsonParser json) throws IOException {
    if (json.currentToken() == JsonToken.START_OBJECT) {
      var members = new TreeMap<String, Object>();
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        json.nextToken();
        members.put(name, value(json));
      }
      return members;
    }
    if (json.currentToken() == JsonToken.START_ARRAY) {
      var items = new ArrayList<>();
      while (json.nextToken() != JsonToken.END_ARRAY) {
        items.add(value(json));
      }
      return items;
    }
    return json.currentToken() + " " + json.getText();
  }
}
