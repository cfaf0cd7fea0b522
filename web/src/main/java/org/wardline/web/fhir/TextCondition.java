package org.wardline.web.fhir;

import java.text.Normalizer;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.hl7.fhir.instance.model.api.IBase;
import org.hl7.fhir.r4.model.Address;
import org.hl7.fhir.r4.model.HumanName;
import org.hl7.fhir.r4.model.PrimitiveType;
import org.hl7.fhir.r4.model.StringType;

/**
 * A text that begins so, whatever its case and accents, with {@code :contains} holds it, and with
 * {@code :exact} is it, to the letter (FHIR R4 section 3.1.1.4.8); of a name or an address any of
 * its parts.
 */
final class TextCondition implements Predicate<IBase> {
  private static final Pattern MARKS = Pattern.compile("\\p{M}+");

  /** What may be said of a text besides. */
  static final Set<String> MODIFIERS = Set.of("exact", "contains");

  private final Predicate<String> fits;

  TextCondition(String wanted, String modifier) {
    String plain = plain(wanted);
    this.fits =
        switch (modifier) {
          case "exact" -> wanted::equals;
          case "contains" -> text -> plain(text).contains(plain);
          default -> text -> plain(text).startsWith(plain);
        };
  }

  @Override
  public boolean test(IBase value) {
    return texts(value).filter(Objects::nonNull).anyMatch(fits);
  }

  private static Stream<String> texts(IBase value) {
    if (value instanceof HumanName name) {
      return Stream.concat(
          Stream.of(name.getText(), name.getFamily()),
          Stream.of(name.getGiven(), name.getPrefix(), name.getSuffix())
              .flatMap(parts -> parts.stream().map(StringType::getValue)));
    }
    if (value instanceof Address address) {
      return Stream.concat(
          Stream.of(
              address.getText(),
              address.getCity(),
              address.getDistrict(),
              address.getState(),
              address.getPostalCode(),
              address.getCountry()),
          address.getLine().stream().map(StringType::getValue));
    }
    return value instanceof PrimitiveType<?> primitive
        ? Stream.of(primitive.getValueAsString())
        : Stream.empty();
  }

  private static String plain(String text) {
    return MARKS
        .matcher(Normalizer.normalize(text, Normalizer.Form.NFD))
        .replaceAll("")
        .toLowerCase(Locale.ROOT);
  }
}
