package org.wardline.web.fhir;

import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.param.ReferenceOrListParam;
import ca.uhn.fhir.rest.param.ReferenceParam;
import ca.uhn.fhir.rest.param.TokenOrListParam;
import ca.uhn.fhir.rest.param.TokenParam;
import ca.uhn.fhir.rest.param.UriOrListParam;
import ca.uhn.fhir.rest.param.UriParam;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.Communication;
import org.jspecify.annotations.Nullable;
import org.wardline.mapping.fhir.Systems;
import org.wardline.message.Carried;
import org.wardline.message.Category;
import org.wardline.reading.MessageQuery;

/**
 * What a search asks of what clients said of their messages, by the name of FHIR: values of {@link
 * Carried.Code}, a token as it is asked: {@code code}, {@code system|code}, {@code system|}.
 */
final class CarriedParameters {
  private final Map<String, List<String>> asked = new TreeMap<>();

  private final String base;

  private CarriedParameters(String base) {
    this.base = base;
  }

  /** All of it; null what is not asked. */
  @SuppressWarnings("checkstyle:ParameterNumber")
  static Map<String, List<String>> of(
      RequestDetails request,
      @Nullable ReferenceOrListParam basedOn,
      @Nullable ReferenceOrListParam encounter,
      @Nullable TokenOrListParam medium,
      @Nullable TokenOrListParam category,
      @Nullable ReferenceOrListParam canonical,
      @Nullable UriOrListParam uri) {
    var parameters = new CarriedParameters(request.getFhirServerBase());
    parameters.references(Communication.SP_BASED_ON, basedOn, "CommunicationRequest");
    parameters.references(Communication.SP_ENCOUNTER, encounter, "Encounter");
    parameters.tokens(Communication.SP_MEDIUM, asked(medium));
    parameters.categories(asked(category));
    parameters.add(
        Communication.SP_INSTANTIATES_CANONICAL,
        Requests.references(canonical).stream().map(ReferenceParam::getValue));
    parameters.add(
        Communication.SP_INSTANTIATES_URI,
        uri == null
            ? Stream.of()
            : uri.getValuesAsQueryTokens().stream().map(UriParam::getValueNotNull));
    return parameters.asked;
  }

  private static List<TokenParam> asked(@Nullable TokenOrListParam tokens) {
    return tokens == null ? List.of() : tokens.getValuesAsQueryTokens();
  }

  /** References, or identifiers that stand in them. */
  private void references(
      String parameter, @Nullable ReferenceOrListParam references, String usual) {
    for (ReferenceParam reference : Requests.references(references)) {
      if (Requests.named(reference)) {
        add(parameter + ":identifier", Stream.of(reference.getValue()));
      } else {
        add(parameter, literals(reference, usual));
      }
    }
  }

  /** One of ours may have been written with our address, or without. */
  private Stream<String> literals(ReferenceParam reference, String usual) {
    String value = reference.getValue();
    boolean absolute = value.startsWith("http:") || value.startsWith("https:");
    if (value.startsWith("urn:") || (absolute && !value.startsWith(base + "/"))) {
      return Stream.of(value);
    }
    String type = reference.getResourceType() == null ? usual : reference.getResourceType();
    String ours = type + "/" + reference.getIdPart();
    return Stream.of(ours, base + "/" + ours);
  }

  /**
   * Categories of other systems; those of FHIR's own have a column. Where any of FHIR's own is
   * meant, others need not be asked for.
   */
  private void categories(List<TokenParam> categories) {
    boolean any =
        categories.stream()
            .anyMatch(t -> Systems.CATEGORY.equals(t.getSystem()) && text(t.getValue()).isEmpty());
    if (!any) {
      tokens(
          Communication.SP_CATEGORY,
          categories.stream().filter(token -> !inColumn(token)).toList());
    }
  }

  /** One that is empty asks for nothing. */
  private void tokens(String parameter, List<TokenParam> tokens) {
    for (TokenParam token : tokens) {
      String name = token.getModifier() == null ? parameter : parameter + MessageQuery.NOT;
      // without a system, a bar or not: the library says null for the one, nothing for the other
      String space = token.getSystem() == null ? "" : token.getSystem() + "|";
      String value = space + text(token.getValue());
      add(name, value.equals("|") ? Stream.of() : Stream.of(value));
    }
  }

  private void add(String parameter, Stream<String> values) {
    values
        .filter(value -> !value.isBlank())
        .forEach(v -> asked.computeIfAbsent(parameter, p -> new ArrayList<>()).add(v));
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
        .filter(CarriedParameters::inColumn)
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
}
