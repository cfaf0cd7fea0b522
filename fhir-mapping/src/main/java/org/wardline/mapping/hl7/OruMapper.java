package org.wardline.mapping.hl7;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.wardline.message.Destination;
import org.wardline.message.FilingRecord;
import org.wardline.message.OrderNumber;
import org.wardline.message.ReceiptState;

/**
 * That somebody acknowledged an alert, as ORU^R01, an unsolicited observation (HL7 v2.5.1 section
 * 7.3.1), beside the order whose result he was told of: what he was told, and when it was sent,
 * delivered, read and acknowledged. The codes are our own (coding system {@code 99WARDLINE}).
 */
public final class OruMapper {
  private static final String SYSTEM = "^99WARDLINE";

  private final SegmentWriter out;
  private final String timeType;
  private int orders;
  private int results;

  private OruMapper(Destination.Profile profile, ZoneId zone) throws Hl7FaultException {
    this.out = new SegmentWriter(profile, zone);
    // table 0125 has DTM as a type of value from 2.6 on
    this.timeType = profile.version().compareTo("2.6") < 0 ? "TS" : "DTM";
  }

  /**
   * Writes the message in the destination's character set.
   *
   * @param record whose {@code answer} is there
   * @param at MSH-7
   * @param zone of the hospital, for all times in it
   * @throws Hl7FaultException when the profile names an unknown character set
   */
  public static byte[] toHl7(
      FilingRecord record, Destination.Profile profile, Instant at, ZoneId zone)
      throws Hl7FaultException {
    var mapper = new OruMapper(profile, zone);
    mapper.write(record, Objects.requireNonNull(record.answer(), "answer"), at);
    return mapper.out.bytes();
  }

  private void write(FilingRecord record, FilingRecord.Answer answer, Instant at) {
    out.header("ORU^R01^ORU_R01", record.controlId(), at);
    if (record.message().header().patient() != null) { // the group may be absent, its PID-3 not
      out.patient(record.message().header().patient());
      out.visit(record.stay());
    }
    List<OrderNumber> orders =
        answer.orders().isEmpty()
            ? List.of(new OrderNumber("", record.documentId()))
            : answer.orders();
    for (OrderNumber order : orders) {
      order(order, record, answer);
    }
  }

  private void order(OrderNumber order, FilingRecord record, FilingRecord.Answer answer) {
    String answered = out.time(answer.hops().get(answer.hops().size() - 1).at());
    String placer = known(order.placer());
    String filler = known(order.filler());
    String number = placer.isEmpty() && filler.isEmpty() ? record.documentId() : filler;
    out.segment("ORC", "RE", placer, number);
    String[] obr = new String[26];
    Arrays.fill(obr, "");
    obr[0] = "OBR";
    obr[1] = String.valueOf(++orders);
    obr[2] = placer;
    obr[3] = number;
    obr[4] = "ACKNOWLEDGMENT^Acknowledgment of an alert" + SYSTEM;
    obr[7] = answered;
    obr[22] = answered;
    obr[25] = "F";
    out.segment(obr);
    results = 0;
    if (!answer.withdrawn()) {
      told(record.message().content().text());
    }
    String person = out.person(answer.identifier(), answer.name());
    for (FilingRecord.Hop hop : answer.hops()) {
      result(timeType, code(hop.state()), out.time(hop.at()), out.time(hop.at()), person);
    }
    if (!answer.viaRole().isEmpty() && out.canEncode(answer.viaRole())) {
      result("ST", "ROLE^Addressed as", SegmentWriter.escape(answer.viaRole()), answered, person);
    }
  }

  /** The alert's text; what the character set cannot hold goes as base64 of UTF-8. */
  private void told(String text) {
    if (out.canEncode(text)) {
      SegmentWriter.lines(text)
          .forEach(line -> result("TX", "ALERT^Alert", SegmentWriter.escape(line), "", ""));
    } else {
      String whole = Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
      result("ED", "ALERT^Alert", "^TEXT^plain^Base64^" + whole, "", "");
    }
  }

  private static String code(ReceiptState state) {
    String word = state.code();
    return word.toUpperCase(Locale.ROOT)
        + "^"
        + word.substring(0, 1).toUpperCase(Locale.ROOT)
        + word.substring(1);
  }

  private void result(String type, String code, String value, String at, String observer) {
    out.segment(
        "OBX",
        String.valueOf(++results),
        type,
        code + SYSTEM,
        "",
        value,
        "",
        "",
        "",
        "",
        "",
        "F",
        "",
        "",
        at,
        "",
        observer);
  }

  /** As it came; half a number would be another one. */
  private String known(String number) {
    return out.canEncode(number) ? number : "";
  }
}
