package org.wardline.mapping.hl7;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Base64;
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
  private final Destination.Profile profile;
  private final SegmentWriter out;

  private MdmMapper(Destination.Profile profile, ZoneId zone) throws Hl7FaultException {
    this.profile = profile;
    this.out = new SegmentWriter(profile, zone);
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
    mapper.write(record, at);
    return mapper.out.bytes();
  }

  private void write(FilingRecord record, Instant at) {
    MessageHeader header = record.message().header();
    FilingRecord.TakenBack takenBack = record.takenBack();
    boolean cancels = takenBack != null && profile.cancels();
    String event = takenBack == null ? "T02" : cancels ? "T11" : "T10";
    String sent = out.time(takenBack == null ? header.sentAt() : takenBack.retraction().at());
    out.header("MDM^" + event + (cancels ? "^MDM_T01" : "^MDM_T02"), record.controlId(), at);
    out.segment("EVN", event, out.time(at));
    out.patient(header.patient());
    out.visit(record.stay());
    document(record, cancels, sent);
    if (!cancels) {
      content(record, body(record));
    }
  }

  private void document(FilingRecord record, boolean cancels, String sent) {
    FilingRecord.TakenBack takenBack = record.takenBack();
    String original = takenBack == null ? "" : takenBack.originalId();
    String author = out.author(record.message().header().author());
    out.segment(
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

  private void content(FilingRecord record, String body) {
    if (out.canEncode(body)
        && (record.message().header().patient() == null || holdsNames(record))) {
      int line = 1;
      for (String part : SegmentWriter.lines(body)) {
        out.segment(
            "OBX",
            String.valueOf(line++),
            "TX",
            "51855-5^Patient Note^LN",
            "",
            SegmentWriter.escape(part),
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
    out.segment(
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

  private boolean holdsNames(FilingRecord record) {
    PatientSnapshot patient = record.message().header().patient();
    return out.canEncode(record.message().header().author().shownName())
        && (patient == null || out.canEncode(patient.name()));
  }

  /** Text with the names that the segments could not hold. */
  private static String document(FilingRecord record, String body) {
    PatientSnapshot patient = record.message().header().patient();
    String about =
        patient == null ? "" : "Patient: " + patient.name() + " (" + patient.identifier() + ")\n";
    return about + "From: " + record.message().header().author().shownName() + "\n\n" + body;
  }
}
