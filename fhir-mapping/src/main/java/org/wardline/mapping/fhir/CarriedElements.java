package org.wardline.mapping.fhir;

import ca.uhn.fhir.context.FhirContext;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Communication;
import org.hl7.fhir.r4.model.Meta;
import org.hl7.fhir.r4.model.Reference;
import org.jspecify.annotations.Nullable;
import org.wardline.message.Carried;
import org.wardline.message.Category;
import org.wardline.message.InvalidMessageException;

/**
 * What a posted Communication says beyond what Wardline works with: encounter, reasons, notes, who
 * and what else it is about, categories of other systems, and when one that is put on record was
 * sent.
 */
final class CarriedElements {
  private static final FhirContext FHIR = FhirContext.forR4Cached();

  /** Longer than any code or reference that somebody searches for. */
  private static final int LONGEST = 600;

  /** Clocks of other systems may be so much ahead. */
  private static final Duration AHEAD = Duration.ofMinutes(5);

  /** Before it no computer wrote of what was said. */
  private static final Instant EARLIEST = Instant.parse("1900-01-01T00:00:00Z");

  /** Behind the name of a reference: the identifier that stands in it. */
  private static final String IDENTIFIER = ":identifier";

  private CarriedElements() {}

  /**
   * Takes it out of the resource.
   *
   * @param recorded it happened elsewhere: when is known to its client alone
   * @throws InvalidMessageException when it is too long, or is to have happened in time to come
   */
  static Carried of(Communication posted, boolean recorded, Instant now) {
    Communication rest = beyond(posted, recorded);
    if (rest.isEmpty()) {
      return Carried.NOTHING;
    }
    Texts.check(rest);
    Date sent = recorded ? past(posted.getSent(), "Communication.sent", now) : null;
    past(rest.getReceived(), "Communication.received", now);
    return new Carried(
        FHIR.newJsonParser().encodeResourceToString(rest),
        List.copyOf(codes(posted)),
        sent == null ? null : sent.toInstant());
  }

  private static @Nullable Date past(@Nullable Date told, String element, Instant now) {
    if (told != null
        && (told.toInstant().isAfter(now.plus(AHEAD)) || told.toInstant().isBefore(EARLIEST))) {
      throw new InvalidMessageException(
          element, "what is put on record has happened before, and after 1900");
    }
    return told;
  }

  /** A resource that says this, to be filled with all else. */
  static Communication resource(String elements) {
    return elements.isEmpty()
        ? new Communication()
        : FHIR.newJsonParser().parseResource(Communication.class, elements);
  }

  private static Communication beyond(Communication posted, boolean recorded) {
    Communication rest = posted.copy();
    rest.setId((String) null);
    rest.setMeta(
        new Meta()
            .setProfile(rest.getMeta().getProfile())
            .setSecurity(rest.getMeta().getSecurity()));
    rest.setText(null); // written by its client, of what was before its receipts
    rest.setStatus(null);
    rest.setStatusReason(null); // of the status, which is ours
    rest.setPriority(null);
    rest.setIdentifier(null);
    rest.setPartOf(null);
    rest.setInResponseTo(null);
    rest.setSubject(null);
    rest.setSender(null);
    rest.setRecipient(null);
    rest.setPayload(null);
    rest.getTopic().setText(null);
    Texts.withoutExtensions(rest, Systems.ROOT);
    if (posted.getCategory().size() == 1 && plainlyOurs(posted.getCategoryFirstRep())) {
      rest.setCategory(null);
    }
    if (!recorded) { // these are when it was taken, and when its recipient had it
      rest.setSent(null);
      rest.setReceived(null);
    }
    return rest;
  }

  /** It says nothing but a category of FHIR's own: that is what we keep of it anyway. */
  private static boolean plainlyOurs(CodeableConcept category) {
    Optional<Category> known = category(category.getCodingFirstRep());
    return known.isPresent()
        && category.getCoding().size() == 1
        && !category.hasText()
        && !category.hasExtension()
        && (category.getCodingFirstRep().getDisplay() == null
            || category.getCodingFirstRep().getDisplay().equals(known.get().display()));
  }

  /** The category of FHIR's own that a coding means; any other code says nothing to us. */
  static Optional<Category> category(Coding coding) {
    return Systems.CATEGORY.equals(coding.getSystem())
        ? Set.of(Category.values()).stream()
            .filter(c -> c.code().equals(coding.getCode()))
            .findFirst()
        : Optional.empty();
  }

  private static Set<Carried.Code> codes(Communication posted) {
    var found = new LinkedHashSet<Carried.Code>();
    posted.getBasedOn().forEach(to -> reference(found, Communication.SP_BASED_ON, to));
    reference(found, Communication.SP_ENCOUNTER, posted.getEncounter());
    posted.getMedium().forEach(m -> concept(found, Communication.SP_MEDIUM, m));
    posted.getCategory().forEach(c -> concept(found, Communication.SP_CATEGORY, c));
    posted
        .getInstantiatesCanonical()
        .forEach(canonical -> canonical(found, String.valueOf(canonical.getValue())));
    posted
        .getInstantiatesUri()
        .forEach(uri -> add(found, Communication.SP_INSTANTIATES_URI, uri.getValue()));
    return found;
  }

  /** It is found with its version, and without. */
  private static void canonical(Set<Carried.Code> found, String canonical) {
    add(found, Communication.SP_INSTANTIATES_CANONICAL, canonical);
    add(found, Communication.SP_INSTANTIATES_CANONICAL, canonical.split("\\|", 2)[0]);
  }

  /** One into another server is that server's: there the same id is another resource. */
  private static void reference(Set<Carried.Code> found, String parameter, Reference to) {
    String literal = String.valueOf(to.getReference());
    add(
        found,
        parameter,
        to.getReference() == null ? null : literal.replaceFirst("/_history/.*", ""));
    token(
        found,
        parameter + IDENTIFIER,
        to.getIdentifier().getSystem(),
        to.getIdentifier().getValue());
  }

  private static void concept(Set<Carried.Code> found, String parameter, CodeableConcept concept) {
    concept.getCoding().stream()
        .filter(coding -> category(coding).isEmpty())
        .forEach(coding -> token(found, parameter, coding.getSystem(), coding.getCode()));
  }

  /** As searches ask for it (http://hl7.org/fhir/R4/search.html#token). */
  private static void token(
      Set<Carried.Code> found, String parameter, @Nullable String system, @Nullable String value) {
    String space = system == null ? "" : system;
    if (value != null && !value.isEmpty()) {
      add(found, parameter, value);
      add(found, parameter, space + "|" + value);
    }
    if (!space.isEmpty()) {
      add(found, parameter, space + "|");
    }
  }

  private static void add(Set<Carried.Code> found, String parameter, @Nullable String value) {
    if (value != null && !value.isEmpty() && value.length() <= LONGEST) {
      found.add(new Carried.Code(parameter, value));
    }
  }

  /** Makes the resource's categories those that it came with, and ours where it is none of them. */
  static void categorize(Communication communication, Category category) {
    boolean there =
        communication.getCategory().stream()
            .flatMap(concept -> concept.getCoding().stream())
            .anyMatch(coding -> category(coding).filter(category::equals).isPresent());
    if (!there) {
      communication.addCategory(
          new CodeableConcept(new Coding(Systems.CATEGORY, category.code(), category.display())));
    }
  }
}
