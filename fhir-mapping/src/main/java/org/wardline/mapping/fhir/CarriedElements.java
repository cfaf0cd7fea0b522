package org.wardline.mapping.fhir;

import ca.uhn.fhir.context.FhirContext;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Communication;
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
  private static final int LONGEST = 255;

  /** Clocks of other systems may be so much ahead. */
  private static final Duration AHEAD = Duration.ofMinutes(5);

  private static final Pattern LITERAL =
      Pattern.compile("(?:.*/)?([A-Z][A-Za-z]+/[A-Za-z0-9.-]{1,64})(?:/_history/.*)?");

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
    Date sent = recorded ? posted.getSent() : null;
    if (sent != null && sent.toInstant().isAfter(now.plus(AHEAD))) {
      throw new InvalidMessageException(
          "Communication.sent", "what is put on record has happened before");
    }
    return new Carried(
        FHIR.newJsonParser().encodeResourceToString(rest),
        List.copyOf(codes(posted)),
        sent == null ? null : sent.toInstant());
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
    rest.getMeta().setVersionId(null).setLastUpdated(null).setSource(null);
    rest.setText(null); // written by its client, of what was before its receipts
    rest.setStatus(null);
    rest.setPriority(null);
    rest.setIdentifier(null);
    rest.setPartOf(null);
    rest.setInResponseTo(null);
    rest.setSubject(null);
    rest.setSender(null);
    rest.setRecipient(null);
    rest.setPayload(null);
    rest.getTopic().setText(null);
    rest.getExtension().removeIf(e -> String.valueOf(e.getUrl()).startsWith(Systems.ROOT));
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

  private static void reference(Set<Carried.Code> found, String parameter, Reference to) {
    String literal = String.valueOf(to.getReference());
    Matcher ours = LITERAL.matcher(literal);
    add(found, parameter, ours.matches() ? ours.group(1) : to.getReference());
    add(found, parameter, to.getIdentifier().getValue());
  }

  private static void concept(Set<Carried.Code> found, String parameter, CodeableConcept concept) {
    concept.getCoding().stream()
        .filter(coding -> category(coding).isEmpty())
        .forEach(coding -> add(found, parameter, coding.getCode()));
  }

  /** It is found with its version, and without. */
  private static void canonical(Set<Carried.Code> found, String canonical) {
    add(found, Communication.SP_INSTANTIATES_CANONICAL, canonical);
    add(found, Communication.SP_INSTANTIATES_CANONICAL, canonical.split("\\|", 2)[0]);
  }

  private static void add(Set<Carried.Code> found, String parameter, @Nullable String value) {
    if (value != null && !value.isEmpty() && value.length() <= LONGEST && value.indexOf('\0') < 0) {
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
