package org.wardline.mapping.hl7;

import java.time.Instant;
import java.time.ZoneId;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.TimeZone;
import java.util.regex.Pattern;
import org.hl7.fhir.r4.model.Address;
import org.hl7.fhir.r4.model.Annotation;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.ContactPoint;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.HumanName;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Period;
import org.hl7.fhir.r4.model.Quantity;
import org.hl7.fhir.r4.model.Reference;
import org.jspecify.annotations.Nullable;

/**
 * Who sent a message, and what its data types mean in FHIR (v2-to-FHIR guide, data type maps).
 *
 * @param authority assigning authority, as a URI, for identifiers without one
 * @param zone for times without offset
 */
public record Sender(String authority, ZoneId zone) {
  static final String IDENTIFIER_TYPE = "http://terminology.hl7.org/CodeSystem/v2-0203";
  private static final Pattern OID = Pattern.compile("[0-2](\\.(0|[1-9]\\d*))+");
  private static final Pattern UUID =
      Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");
  private static final Pattern TABLE = Pattern.compile("HL7(\\d{4})");
  private static final Pattern NUMBER = Pattern.compile("[+-]?\\d{1,18}(\\.\\d{1,18})?");
  private static final int DATE_LENGTH = 8;

  /**
   * HD (from that component on: namespace, or the subcomponents of one component) as a URI: its OID
   * or UUID where it has one, else its namespace under our own root, else the sender's authority.
   */
  String system(String namespace, String universal, String type) {
    if (OID.matcher(universal).matches() && (type.isEmpty() || type.equals("ISO"))) {
      return "urn:oid:" + universal;
    }
    if (UUID.matcher(universal).matches()) {
      return "urn:uuid:" + universal.toLowerCase(java.util.Locale.ROOT);
    }
    if (namespace.isEmpty() && universal.isEmpty()) {
      return authority;
    }
    return AssigningAuthority.uri(namespace.isEmpty() ? universal : namespace);
  }

  /** CX. */
  Identifier cx(Value value) {
    var identifier =
        new Identifier()
            .setSystem(system(value.c(4), value.c(4, 2), value.c(4, 3)))
            .setValue(value.c(1));
    if (!value.c(5).isEmpty()) {
      identifier.setType(new CodeableConcept(new Coding(IDENTIFIER_TYPE, value.c(5), null)));
    }
    Period period = period(value.c(7), value.c(8));
    if (!period.isEmpty()) {
      identifier.setPeriod(period);
    }
    return identifier;
  }

  /** EI, with a type of table 0203 when one is meant. */
  Identifier ei(Value value, @Nullable String type) {
    var identifier =
        new Identifier().setSystem(system(value.c(2), value.c(3), value.c(4))).setValue(value.c(1));
    if (type != null) {
      identifier.setType(new CodeableConcept(new Coding(IDENTIFIER_TYPE, type, null)));
    }
    return identifier;
  }

  /** CE, CWE, CNE, CF. */
  CodeableConcept cwe(Value value) {
    var concept = new CodeableConcept();
    coding(concept, value.c(1), value.c(2), value.c(3));
    coding(concept, value.c(4), value.c(5), value.c(6));
    String original = value.c(9);
    if (!original.isEmpty()) {
      concept.setText(original);
    } else if (!value.c(2).isEmpty()) {
      concept.setText(value.c(2));
    } else if (value.c(1).isEmpty() && !value.c(5).isEmpty()) {
      concept.setText(value.c(5));
    }
    return concept;
  }

  private static void coding(CodeableConcept concept, String code, String text, String system) {
    if (!code.isEmpty()) {
      Coding coding = concept.addCoding().setCode(code);
      if (!text.isEmpty()) {
        coding.setDisplay(text);
      }
      if (!system.isEmpty()) {
        coding.setSystem(codeSystem(system));
      }
    }
  }

  /** Name of a coding system (table 0396) as a URI. */
  static String codeSystem(String name) {
    var table = TABLE.matcher(name);
    if (table.matches()) {
      return "http://terminology.hl7.org/CodeSystem/v2-" + table.group(1);
    }
    if (OID.matcher(name).matches()) {
      return "urn:oid:" + name;
    }
    return CodeTables.find(CodeTables.CODE_SYSTEM, name)
        .orElseGet(() -> AssigningAuthority.uri(name));
  }

  /** XPN; empty when it holds nothing. */
  Optional<HumanName> xpn(Value value) {
    var name = new HumanName();
    if (!value.c(1).isEmpty()) {
      name.setFamily(value.c(1));
    }
    for (int part : new int[] {2, 3}) {
      if (!value.c(part).isEmpty()) {
        name.addGiven(value.c(part));
      }
    }
    for (int part : new int[] {4, 6}) {
      if (!value.c(part).isEmpty()) {
        name.addSuffix(value.c(part));
      }
    }
    if (!value.c(5).isEmpty()) {
      name.addPrefix(value.c(5));
    }
    if (name.isEmpty()) {
      return Optional.empty();
    }
    CodeTables.find(CodeTables.NAME_USE, value.c(7))
        .ifPresent(use -> name.setUse(HumanName.NameUse.fromCode(use)));
    return Optional.of(name);
  }

  /** XAD; empty when it holds nothing. */
  Optional<Address> xad(Value value) {
    var address = new Address();
    // street, its name and the number of the dwelling (SAD) are lines of their own, unless the
    // sender gives the whole line and its parts
    for (String line : List.of(value.c(1), value.c(1, 2), value.c(1, 3), value.c(2))) {
      if (!line.isEmpty()
          && (line.equals(value.c(2)) || !address.hasLine() || !value.c(1).contains(line))) {
        address.addLine(line);
      }
    }
    set(value.c(3), address::setCity);
    set(value.c(4), address::setState);
    set(value.c(5), address::setPostalCode);
    set(value.c(6), address::setCountry);
    set(value.c(9), address::setDistrict);
    if (address.isEmpty()) {
      return Optional.empty();
    }
    CodeTables.find(CodeTables.ADDRESS_USE, value.c(7))
        .ifPresent(use -> address.setUse(Address.AddressUse.fromCode(use)));
    return Optional.of(address);
  }

  /**
   * XTN; empty when it holds nothing.
   *
   * @param usual use where XTN-2 says none; null for none
   */
  Optional<ContactPoint> xtn(Value value, ContactPoint.@Nullable ContactPointUse usual) {
    boolean mail = !value.c(4).isEmpty() && value.c(3).equalsIgnoreCase("Internet");
    String number = mail ? value.c(4) : firstOf(value.c(12), value.c(1), parts(value), value.c(4));
    if (number.isEmpty()) {
      return Optional.empty();
    }
    boolean address = mail || number.indexOf('@') > 0;
    String system =
        address ? "email" : CodeTables.find(CodeTables.TELECOM_SYSTEM, value.c(3)).orElse("phone");
    var contact =
        new ContactPoint()
            .setSystem(ContactPoint.ContactPointSystem.fromCode(system))
            .setValue(number);
    String use = CodeTables.find(CodeTables.TELECOM_USE, value.c(2)).orElse("");
    if (value.c(3).equals("CP")) {
      use = "mobile";
    }
    if (!use.isEmpty()) {
      contact.setUse(ContactPoint.ContactPointUse.fromCode(use));
    } else if (usual != null) {
      contact.setUse(usual);
    }
    return Optional.of(contact);
  }

  private static String parts(Value value) {
    String country = value.c(5).isEmpty() ? "" : "+" + value.c(5) + " ";
    String area = value.c(6).isEmpty() ? "" : "(" + value.c(6) + ") ";
    return value.c(7).isEmpty() ? "" : country + area + value.c(7);
  }

  /**
   * XCN: a person by number and name; he need not be in our directory. Empty when it holds nothing.
   */
  Optional<Reference> xcn(Value value) {
    String family = value.c(2);
    String given = value.c(3);
    String display =
        firstOf(family.isEmpty() || given.isEmpty() ? family + given : family + ", " + given);
    return person(value.c(1), system(value.c(9), value.c(9, 2), value.c(9, 3)), display);
  }

  private static Optional<Reference> person(String id, @Nullable String system, String display) {
    if (id.isEmpty() && display.isEmpty()) {
      return Optional.empty();
    }
    var reference = new Reference().setType("Practitioner");
    if (!id.isEmpty()) {
      reference.setIdentifier(new Identifier().setSystem(system).setValue(id));
    }
    return Optional.of(reference.setDisplay(display.isEmpty() ? id : display));
  }

  /** NDL, whose first component is a person of subcomponents (CNN); many send XCN in its place. */
  Optional<Reference> ndl(Value value) {
    String family = value.c(1, 2);
    String given = value.c(1, 3);
    if (family.isEmpty() && given.isEmpty()) {
      boolean begins = Hl7Time.date(value.c(2)).isPresent();
      return begins ? person(value.c(1), system("", "", ""), "") : xcn(value);
    }
    return person(
        value.c(1, 1),
        system(value.c(1, 9), value.c(1, 10), value.c(1, 11)),
        family.isEmpty() || given.isEmpty() ? family + given : family + ", " + given);
  }

  /** PL as one line: ward, room and bed; empty when it names none. */
  static String pl(Value value) {
    return java.util.stream.Stream.of(value.c(1), value.c(2), value.c(3))
        .filter(part -> !part.isEmpty())
        .reduce((a, b) -> a + " · " + b)
        .orElse("");
  }

  /** TS or DTM as precise as it was sent; empty when it is no time. */
  Optional<DateTimeType> time(String text) {
    Optional<String> date = Hl7Time.date(text);
    if (date.isEmpty()) {
      return Optional.empty();
    }
    if (text.length() <= DATE_LENGTH) {
      return Optional.of(new DateTimeType(date.get()));
    }
    return Hl7Time.instant(text, zone)
        .map(
            at -> {
              var time = new DateTimeType(Date.from(at));
              time.setTimeZone(TimeZone.getTimeZone(Hl7Time.offset(text).orElse(zone)));
              return time;
            });
  }

  Optional<Instant> instant(String text) {
    return Hl7Time.instant(text, zone);
  }

  Period period(String from, String until) {
    var period = new Period();
    time(from).ifPresent(period::setStartElement);
    time(until).ifPresent(period::setEndElement);
    return period;
  }

  /** NM with a unit; empty when it is no number. */
  Optional<Quantity> quantity(String number, Value unit) {
    String plain = number.strip().replaceFirst("^\\.", "0.");
    if (!NUMBER.matcher(plain).matches()) {
      return Optional.empty();
    }
    var quantity =
        new Quantity().setValue(new java.math.BigDecimal(plain.replaceFirst("^\\+", "")));
    unit(quantity, unit);
    return Optional.of(quantity);
  }

  /** OBX-6 at a quantity. */
  void unit(Quantity quantity, Value unit) {
    String text = firstOf(unit.c(2), unit.c(1));
    if (!text.isEmpty()) {
      quantity.setUnit(text);
    }
    if (!unit.c(1).isEmpty() && !unit.c(3).isEmpty()) {
      quantity.setCode(unit.c(1)).setSystem(codeSystem(unit.c(3)));
    }
  }

  /** NTE; empty without text. */
  static Optional<Annotation> note(Segments.Fields nte) {
    String text =
        nte.values(3).stream()
            .map(v -> Hl7Text.plain(v.text()))
            .reduce((a, b) -> a + "\n" + b)
            .orElse("");
    return text.isBlank() ? Optional.empty() : Optional.of(new Annotation().setText(text));
  }

  static String firstOf(String... texts) {
    for (String text : texts) {
      if (!text.isEmpty()) {
        return text;
      }
    }
    return "";
  }

  private static void set(String text, java.util.function.Consumer<String> setter) {
    if (!text.isEmpty()) {
      setter.accept(text);
    }
  }
}
