package org.wardline.web.fhir;

import ca.uhn.fhir.rest.param.ReferenceOrListParam;
import ca.uhn.fhir.rest.param.ReferenceParam;
import ca.uhn.fhir.rest.param.TokenOrListParam;
import ca.uhn.fhir.rest.param.TokenParam;
import ca.uhn.fhir.rest.param.UriOrListParam;
import ca.uhn.fhir.rest.param.UriParam;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.hl7.fhir.r4.model.Communication;
import org.jspecify.annotations.Nullable;
import org.wardline.mapping.fhir.Systems;
import org.wardline.message.Carried;
import org.wardline.message.Category;

/**
 * What a search asks of what clients said of their messages, by the name of FHIR: values of {@link
 * Carried.Code}. Systems of codes and of identifiers are looked at in what was found.
 */
final class CarriedParameters {
  private final Map<String, List<String>> asked = new TreeMap<>();

  private CarriedParameters() {}

  /** All of it; null what is not asked. */
  static Map<String, List<String>> of(
      @Nullable ReferenceOrListParam basedOn,
      @Nullable ReferenceOrListParam encounter,
      @Nullable TokenOrListParam medium,
      @Nullable TokenOrListParam category,
      @Nullable ReferenceOrListParam canonical,
      @Nullable UriOrListParam uri) {
    return new CarriedParameters()
        .references(Communication.SP_BASED_ON, basedOn, "CommunicationRequest")
        .references(Communication.SP_ENCOUNTER, encounter, "Encounter")
        .codes(Communication.SP_MEDIUM, medium)
        .categories(category)
        .canonicals(Communication.SP_INSTANTIATES_CANONICAL, canonical)
        .uris(Communication.SP_INSTANTIATES_URI, uri)
        .asked;
  }

  /**
   * References, or identifiers that stand in them.
   *
   * @param usual type of a reference that has none
   */
  private CarriedParameters references(
      String parameter, @Nullable ReferenceOrListParam references, String usual) {
    return add(
        parameter,
        Requests.references(references).stream()
            .map(
                r ->
                    Requests.named(r)
                        ? Requests.name(r).value()
                        : (r.getResourceType() == null ? usual : r.getResourceType())
                            + "/"
                            + r.getIdPart())
            .toList());
  }

  private CarriedParameters canonicals(
      String parameter, @Nullable ReferenceOrListParam canonicals) {
    return add(
        parameter, Requests.references(canonicals).stream().map(ReferenceParam::getValue).toList());
  }

  private CarriedParameters uris(String parameter, @Nullable UriOrListParam uris) {
    return uris == null
        ? this
        : add(
            parameter,
            uris.getValuesAsQueryTokens().stream()
                .map(UriParam::getValueNotNull)
                .filter(uri -> !uri.isBlank())
                .toList());
  }

  private CarriedParameters codes(String parameter, @Nullable TokenOrListParam tokens) {
    return tokens == null ? this : tokens(parameter, tokens.getValuesAsQueryTokens());
  }

  /** Categories of other systems; those of FHIR's own have a column. */
  private CarriedParameters categories(@Nullable TokenOrListParam categories) {
    return categories == null
        ? this
        : tokens(
            Communication.SP_CATEGORY,
            categories.getValuesAsQueryTokens().stream()
                .filter(token -> token.getModifier() == null && !inColumn(token))
                .toList());
  }

  /** One that is empty asks for nothing; a system alone for any code, of which it is looked at. */
  private CarriedParameters tokens(String parameter, List<TokenParam> tokens) {
    List<TokenParam> asking =
        tokens.stream()
            .filter(token -> !(text(token.getSystem()) + text(token.getValue())).isBlank())
            .toList();
    if (asking.stream().anyMatch(token -> text(token.getValue()).isEmpty())) {
      asked.put(parameter, List.of());
      return this;
    }
    return add(parameter, asking.stream().map(token -> text(token.getValue())).toList());
  }

  private static String text(@Nullable String value) {
    return value == null ? "" : value;
  }

  /** Those categories that are not of another system. */
  static @Nullable TokenOrListParam ours(@Nullable TokenOrListParam categories) {
    if (categories == null) {
      return null;
    }
    var ours = new TokenOrListParam();
    categories.getValuesAsQueryTokens().stream()
        .filter(token -> token.getModifier() != null || inColumn(token))
        .forEach(ours::add);
    return ours;
  }

  private static boolean inColumn(TokenParam token) {
    String system = text(token.getSystem());
    return system.equals(Systems.CATEGORY)
        || (system.isEmpty()
            && Arrays.stream(Category.values())
                .anyMatch(category -> category.code().equals(token.getValue())));
  }

  private CarriedParameters add(String parameter, List<String> values) {
    if (!values.isEmpty()) {
      asked.put(parameter, values);
    }
    return this;
  }
}
