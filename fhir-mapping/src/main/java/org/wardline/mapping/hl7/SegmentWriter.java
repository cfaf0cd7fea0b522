package org.wardline.mapping.hl7;

import java.net.URLDecoder;
import java.nio.charset.Charset;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.wardline.message.Author;
import org.wardline.message.Destination;
import org.wardline.message.FilingRecord;
import org.wardline.message.PatientSnapshot;

/** Writes segments as a destination's profile wants them, and those that all messages have. */
final class SegmentWriter {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMddHHmmss.SSSZ", Locale.ROOT);
  private static final String ESCAPED = "|^~\\&";
  private static final String ESCAPES = "FSRET";

  private final Destination.Profile profile;
  private final ZoneId zone;
  private final CharsetEncoder encoder;
  private final StringBuilder text = new StringBuilder(1024);

  /**
   * Begins a message.
   *
   * @param zone of the hospital, for all times in it
   * @throws Hl7FaultException when the profile names an unknown character set
   */
  SegmentWriter(Destination.Profile profile, ZoneId zone) throws Hl7FaultException {
    this.profile = profile;
    this.zone = zone;
    Charset named = CharacterSets.named(profile.characterSet());
    boolean ascii =
        profile.characterSet().isBlank() || profile.characterSet().equalsIgnoreCase("ASCII");
    this.encoder = (ascii ? StandardCharsets.US_ASCII : named).newEncoder();
  }

  /** The message in the destination's character set. */
  byte[] bytes() {
    return text.toString().getBytes(encoder.charset());
  }

  /** A segment of fields that are escaped already. */
  void segment(String... fields) {
    text.append(String.join("|", fields)).append('\r');
  }

  /**
   * MSH.
   *
   * @param type MSH-9, such as {@code MDM^T02^MDM_T02}
   * @param at MSH-7
   */
  void header(String type, String controlId, Instant at) {
    segment(
        "MSH|^~\\&",
        field(profile.sendingApplication()),
        field(profile.sendingFacility()),
        field(profile.receivingApplication()),
        field(profile.receivingFacility()),
        time(at),
        "",
        type,
        controlId,
        profile.processingId(),
        profile.version(),
        "",
        "",
        profile.enhanced() ? "AL" : "",
        profile.enhanced() ? "NE" : "",
        "",
        field(profile.characterSet()));
  }

  /** PID. */
  void patient(@Nullable PatientSnapshot patient) {
    if (patient == null) {
      segment("PID", "1");
      return;
    }
    String birthDate = patient.birthDate() == null ? "" : patient.birthDate().replace("-", "");
    segment(
        "PID",
        "1",
        "",
        field(patient.identifier()) + "^^^" + authority(patient.identifierSystem()) + "^MR",
        "",
        name(patient.name()),
        "",
        birthDate);
  }

  /** PV1: {@code N}, not applicable, without a stay, since the segment is required. */
  void visit(FilingRecord.@Nullable Stay stay) {
    if (stay == null || stay.patientClass().isEmpty()) {
      segment("PV1", "1", "N");
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
    segment(fields);
  }

  /** Also what follows the last line's end, so that the whole text can be put together again. */
  static List<String> lines(String body) {
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

  boolean canEncode(String words) {
    return encoder.canEncode(words);
  }

  /** XCN: the name by which other systems know somebody, and his own. */
  String person(String identifier, String shownName) {
    return field(identifier) + "^" + name(shownName);
  }

  /** An author, as {@link #person}. */
  String author(Author author) {
    return person(author.identifier(), author.shownName());
  }

  /**
   * {@code Family, Given} as XPN; what the set cannot hold stays out and goes into the document
   * instead.
   */
  String name(String shown) {
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
            URLDecoder.decode(
                system.substring(AssigningAuthority.ROOT.length()), StandardCharsets.UTF_8))
        : "&" + field(system) + "&URI";
  }

  String field(String value) {
    return encoder.canEncode(value) ? escape(value) : "";
  }

  static String escape(String value) {
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

  String time(Instant at) {
    return TIME.withZone(zone).format(at);
  }
}
