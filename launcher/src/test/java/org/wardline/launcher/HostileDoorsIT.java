package org.wardline.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** The bodies that break parsers, at each door that takes one: refused with 4xx, and no more. */
@ExtendWith(DemoSystem.class)
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class HostileDoorsIT {
  private static final HttpClient HTTP =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
  private static final String JSON = "application/fhir+json";
  private static final String XML = "application/fhir+xml";
  private static final String LAUGHS =
      "<!DOCTYPE x [<!ENTITY a \"haha\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;\"><!ENTITY d \"&c;&c;&c;&c;&c;&c;&c;&c;\"><!ENTITY e \"&d;&d;&d;&d;&d;&d;&d;&d;\"><!ENTITY f \"&e;&e;&e;&e;&e;&e;&e;&e;\">]>";

  private record Body(String name, String type, byte[] bytes) {}

  /** Of that type, so that nothing but its form can be wrong. */
  private static List<Body> bodies(String type) {
    String begun = "{\"resourceType\":\"" + type + "\"";
    String xml = "<" + type + " xmlns=\"http://hl7.org/fhir\">";
    Map<String, String> json = new LinkedHashMap<>();
    json.put("nothing", "");
    json.put("cut off", begun + ",\"status\":");
    json.put("a list", "[" + begun + "}]");
    json.put("deep", begun + ",\"extension\":" + "[{\"url\":\"u\",\"extension\":".repeat(20_000));
    json.put("twice", begun + ",\"id\":\"1\",\"id\":\"2\"}");
    json.put(
        "huge number", begun + ",\"extension\":[{\"url\":\"u\",\"valueDecimal\":1e999999999}]}");
    json.put("unknown element", begun + ",\"noSuchElement\":\"x\"}");
    json.put("no fhir", "{\"resourceType\":\"Starship\"}");
    json.put("nul", begun + ",\"language\":\"a\\u0000b\"}");
    json.put("trailing", begun + "} {}");
    List<Body> all = new ArrayList<>();
    json.forEach((name, text) -> all.add(new Body(name, JSON, bytes(text))));
    all.add(new Body("broken UTF-8", JSON, broken(begun + ",\"language\":\"", "\"}")));
    all.add(new Body("XML, nothing", XML, bytes("")));
    all.add(new Body("XML, cut off", XML, bytes(xml + "<id value=")));
    all.add(
        new Body(
            "XML, laughs", XML, bytes(LAUGHS + xml + "<language value=\"&f;\"/></" + type + ">")));
    all.add(
        new Body(
            "XML, file",
            XML,
            bytes(
                "<!DOCTYPE x [<!ENTITY f SYSTEM \"file:///etc/passwd\">]>"
                    + xml
                    + "<language value=\"&f;\"/></"
                    + type
                    + ">")));
    all.add(
        new Body(
            "XML, some hundreds deep",
            XML,
            bytes(
                xml
                    + "<extension url=\"u\">".repeat(600)
                    + "<valueString value=\"x\"/>"
                    + "</extension>".repeat(600)
                    + "</"
                    + type
                    + ">")));
    all.add(new Body("XML, deep", XML, bytes(xml + "<extension url=\"u\">".repeat(20_000))));
    all.add(
        new Body(
            "XML, broken UTF-8", XML, broken(xml + "<language value=\"", "\"/></" + type + ">")));
    return all;
  }

  @Test
  void each_door_refuses_them_all() throws Exception {
    List<String> wrong = new ArrayList<>();
    List<String> types =
        Stream.concat(
                Samples.OF_PATIENT.stream(),
                Stream.of("Patient", "Practitioner", "Group", "Organization", "Location"))
            .toList();
    for (String type : types) {
      for (Body body : bodies(type)) {
        refused(wrong, "POST", type, body);
        refused(wrong, "POST", type + "/$validate", body);
        if (!type.equals("Practitioner")) { // never replaced
          refused(wrong, "PUT", type + "/" + UUID.randomUUID(), body);
        }
      }
    }
    for (String door : List.of("", "$process-message")) {
      for (Body body : bodies("Bundle")) {
        refused(wrong, "POST", door, body);
      }
    }
    for (String patch :
        List.of(
            "",
            "{",
            "[{\"op\":\"x\"}]",
            "[" + "[".repeat(100_000),
            "[{\"op\":\"test\"}",
            "null",
            "\"\"")) {
      Body body =
          new Body(
              patch.length() > 30 ? "deep" : patch, "application/json-patch+json", bytes(patch));
      refused(wrong, "PATCH", "Observation/" + UUID.randomUUID(), body);
    }
    assertThat(wrong).isEmpty();
    assertThat(DemoSystem.fhir("Communication?_count=1", FhirClient.token()).statusCode())
        .isEqualTo(200);
  }

  private static void refused(List<String> wrong, String method, String path, Body body)
      throws Exception {
    HttpResponse<String> answer =
        HTTP.send(
            HttpRequest.newBuilder(URI.create(DemoSystem.origin() + "/fhir/" + path))
                .timeout(Duration.ofSeconds(20))
                .header("Authorization", "Bearer " + FhirClient.token())
                .header("Content-Type", body.type())
                .header("Accept", JSON)
                .method(method, HttpRequest.BodyPublishers.ofByteArray(body.bytes()))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    boolean validated = // which says so with 200
        path.endsWith("$validate")
            && answer.statusCode() == 200
            && answer.body().contains("\"severity\":\"error\"");
    boolean refused = answer.statusCode() >= 400 && answer.statusCode() < 500;
    if ((!refused && !validated)
        || !answer.body().contains("OperationOutcome")
        || answer.body().contains("root:")) {
      String said = answer.body().substring(0, Math.min(300, answer.body().length()));
      wrong.add(method + " " + path + " " + body.name() + ": " + answer.statusCode() + " " + said);
    }
  }

  private static byte[] broken(String before, String after) {
    var out = new ByteArrayOutputStream();
    out.writeBytes(bytes(before));
    out.write(0xC3);
    out.write(0x28);
    out.writeBytes(bytes(after));
    return out.toByteArray();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
