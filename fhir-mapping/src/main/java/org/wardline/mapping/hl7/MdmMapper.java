package org.wardline.mapping.hl7;

import java.nio.charset.Charset;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.wardline.message.Author;
import org.wardline.message.Destination;
import org.wardline.message.FilingRecord;
import org.wardline.message.MessageHeader;
import org.wardline.message.PatientSnapshot;

/**
 * A filed message as MDM^T02, original document notification and content (HL7 v2.5.1 section
 * 9.6.2). One that was taken back as MDM^T10, a document that replaces it and says so (section
 * 9.6.10), or, where the destination's profile says so, as MDM^T11, its cancellation (9.6.11). Text
 * that the destination's character set cannot hold goes as base64 of UTF-8 in an ED value, never as
 * question marks.
 */
public final class MdmMapper {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMddHHmmss.SSSZ", Locale.ROOT);
  private static final String ESCAPED = "|^~\\&";
  private static final String ESCAPES = "FSRET";

  private final Destination.Profile profile;
  private final ZoneId zone;
  private final CharsetEncoder encoder;

  private MdmMapper(Destination.Profile profile, ZoneId zone) throws Hl7FaultException {
    this.profile = profile;
    this.zone = zone;
    Charset named = CharacterSets.named(profile.characterSet());
    boolean ascii =
        profile.characterSet().isBlank() || profile.characterSet().equalsIgnoreCase("ASCII");
    this.encoder = (ascii ? StandardCharsets.US_ASCII : named).newEncoder();
  }

  /**
   * Writes the message in the destination's character set.
   *
   * @param at MSH-7 and EVN-2
   * @param zone of the hospital, for all times in it
   * @throws Hl7FaultException when the profile names an unknown character set
   */
  public static byte[] toHl7(
      FilingRecord record, Destination.Profile profile, Instant at, ZoneId zone)
      throws Hl7FaultException {
    var mapper = new MdmMapper(profile, zone);
    return mapper.write(record, at).getBytes(mapper.encoder.charset());
  }

  private String write(FilingRecord record, Instant at) {
    MessageHeader header = record.message().header();
    FilingRecord.TakenBack takenBack = record.takenBack();
    boolean cancels = takenBack != null && profile.cancels();
    String event = takenBack == null ? "T02" : cancels ? "T11" : "T10";
    String sent = time(takenBack == null ? header.sentAt() : takenBack.retraction().at());
    var text = new StringBuilder(1024);
    segment(
        text,
        "MSH|^~\\&",
        field(profile.sendingApplication()),
        field(profile.sendingFacility()),
        field(profile.receivingApplication()),
        field(profile.receivingFacility()),
        time(at),
        "",
        "MDM^" + event + (cancels ? "^MDM_T01" : "^MDM_T02"),
        record.controlId(),
        profile.processingId(),
        profile.version(),
        "",
        "",
        profile.enhanced() ? "AL" : "",
        profile.enhanced() ? "NE" : "",
        "",
        field(profile.characterSet()));
    segment(text, "EVN", event, time(at));
    patient(text, header.patient());
    visit(text, record.stay());
    document(text, record, cancels, sent);
    if (!cancels) {
      content(text, record, body(record));
    }
    return text.toString();
  }

  /** {@code N}, not applicable, without a stay: the segment is required. */
  private void visit(StringBuilder text, FilingRecord.@Nullable Stay stay) {
    if (stay == null || stay.patientClass().isEmpty()) {
      segment(text, "PV1", "1", "N");
      return;
    }
    String location =
        Arrays.stream(stay.location().split(" · ", -1))
            .map(this::field)
            .collect(Collectors.joining("^"));
    String[] fields = new String[20];
    Arrays.fill(fields, "");
    fields[0] = "PV1";
    fields[1] = "1";
    fields[2] = field(stay.patientClass());
    fields[3] = location;
    fields[19] = field(stay.visitNumber());
    segment(text, fields);
  }

  private void document(StringBuilder text, FilingRecord record, boolean cancels, String sent) {
    FilingRecord.TakenBack takenBack = record.takenBack();
    String original = takenBack == null ? "" : takenBack.originalId();
    String author = author(record.message().header().author());
    segment(
        text,
        "TXA",
        "1",
        "PN",
        "TX",
        sent,
        "",
        sent,
        "",
        "",
        author,
        "",
        "",
        cancels ? original : record.documentId(),
        cancels ? "" : original,
        "",
        "",
        "",
        "AU",
        "",
        cancels ? "CA" : "AV",
        "",
        "",
        author + "^^^^^^^^^" + sent);
  }

  private void patient(StringBuilder text, @Nullable PatientSnapshot patient) {
    if (patient == null) {
      segment(text, "PID", "1");
      return;
    }
    String birthDate = patient.birthDate() == null ? "" : patient.birthDate().replace("-", "");
    segment(
        text,
        "PID",
        "1",
        "",
        field(patient.identifier()) + "^^^" + authority(patient.identifierSystem()) + "^MR",
        "",
        name(patient.name()),
        "",
        birthDate);
  }

  private String body(FilingRecord record) {
    FilingRecord.TakenBack takenBack = record.takenBack();
    return takenBack == null
        ? record.message().content().text()
        : "THIS MESSAGE WAS TAKEN BACK. Do not act on it.\n"
            + "Taken back by "
            + takenBack.retraction().by()
            + ". "
            + takenBack.retraction().reason().words();
  }

  private void content(StringBuilder text, FilingRecord record, String body) {
    if (encoder.canEncode(body)
        && (record.message().header().patient() == null || holdsNames(record))) {
      int line = 1;
      for (String part : lines(body)) {
        segment(
            text,
            "OBX",
            String.valueOf(line++),
            "TX",
            "51855-5^Patient Note^LN",
            "",
            escape(part),
            "",
            "",
            "",
            "",
            "",
            "F");
      }
      return;
    }
    String whole =
        Base64.getEncoder().encodeToString(document(record, body).getBytes(StandardCharsets.UTF_8));
    segment(
        text,
        "OBX",
        "1",
        "ED",
        "51855-5^Patient Note^LN",
        "",
        "^TEXT^plain^Base64^" + whole,
        "",
        "",
        "",
        "",
        "",
        "F");
  }

  /** Also what follows the last line's end, so that the whole text can be put together again. */
  private static List<String> lines(String body) {
    List<String> lines = new ArrayList<>();
    int from = 0;
    for (int i = 0; i < body.length(); i++) {
      char c = body.charAt(i);
      if (c == '\r' || c == '\n') {
        lines.add(body.substring(from, i));
        i += c == '\r' && i + 1 < body.length() && body.charAt(i + 1) == '\n' ? 1 : 0;
        from = i + 1;
      }
    }
    lines.add(body.substring(from));
    return lines;
  }

  private boolean holdsNames(FilingRecord record) {
    PatientSnapshot patient = record.message().header().patient();
    return encoder.canEncode(record.message().header().author().shownName())
        && (patient == null || encoder.canEncode(patient.name()));
  }

  /** Text with the names that the segments could not hold. */
  private static String document(FilingRecord record, String body) {
    PatientSnapshot patient = record.message().header().patient();
    String about =
        patient == null ? "" : "Patient: " + patient.name() + " (" + patient.identifier() + ")\n";
    return about + "From: " + record.message().header().author().shownName() + "\n\n" + body;
  }

  private String author(Author author) {
    return field(author.identifier()) + "^" + name(author.shownName());
  }

  /**
   * {@code Family, Given} as XPN; what the set cannot hold stays out and goes into the document
   * instead.
   */
  private String name(String shown) {
    if (!encoder.canEncode(shown)) {
      return "";
    }
    int comma = shown.indexOf(", ");
    return comma < 0
        ? escape(shown)
        : escape(shown.substring(0, comma)) + "^" + escape(shown.substring(comma + 2));
  }

  private String authority(String system) {
    if (system.startsWith("urn:oid:")) {
      return "&" + system.substring("urn:oid:".length()) + "&ISO";
    }
    return system.startsWith(AssigningAuthority.ROOT)
        ? field(
            java.net.URLDecoder.decode(
                system.substring(AssigningAuthority.ROOT.length()), StandardCharsets.UTF_8))
        : "&" + field(system) + "&URI";
  }

  private String field(String value) {
    return encoder.canEncode(value) ? escape(value) : "";
  }

  private static String escape(String value) {
    var text = new StringBuilder(value.length() + 8);
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      int at = ESCAPED.indexOf(c);
      if (at >= 0) {
        text.append('\\').append(ESCAPES.charAt(at)).append('\\');
      } else if (c < ' ' && c != '\t') {
        text.append(String.format("\\X%02X\\", (int) c));
      } else {
        text.append(c);
      }
    }
    return text.toString();
  }

  private String time(Instant at) {
    return TIME.withZone(zone).format(at);
  }

  private static void segment(StringBuilder text, String... fields) {
    text.append(String.join("|", fields)).append('\r');
  }
}
