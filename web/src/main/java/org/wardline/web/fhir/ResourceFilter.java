package org.wardline.web.fhir;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.RuntimeSearchParam;
import ca.uhn.fhir.parser.DataFormatException;
import ca.uhn.fhir.rest.api.RestSearchParameterTypeEnum;
import ca.uhn.fhir.rest.param.ParameterUtil;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.hl7.fhir.instance.model.api.IBase;
import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.ContactPoint;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.PrimitiveType;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.jspecify.annotations.Nullable;

/**
 * Search parameters of R4 that stand in no column, because the content is sealed: they are looked
 * at once a page is open. Tokens, references, dates, texts and addresses; values by comma are
 * alternatives.
 */
final class ResourceFilter {
  private static final FhirContext FHIR = FhirContext.forR4Cached();
  private static final Pattern CONDITION = Pattern.compile("\\.(where|as)\\(.*");
  private static final Pattern TYPED =
      Pattern.compile("\\(?([A-Za-z.]+?)(?:\\.as\\(| as )([A-Za-z]+)\\)?(\\.text)?\\)?");
  private static final Set<RestSearchParameterTypeEnum> KINDS =
      Set.of(
          RestSearchParameterTypeEnum.TOKEN,
          RestSearchParameterTypeEnum.REFERENCE,
          RestSearchParameterTypeEnum.DATE,
          RestSearchParameterTypeEnum.STRING,
          RestSearchParameterTypeEnum.URI);

  private ResourceFilter() {}

  /** True when R4 has that parameter for the type, and it can be looked at here. */
  static boolean knows(String type, String parameter) {
    RuntimeSearchParam known = FHIR.getResourceDefinition(type).getSearchParam(parameter);
    return known != null
        && KINDS.contains(known.getParamType())
        && !parameter.equals("phonetic"); // nothing here knows how a name sounds
  }

  /** True for a parameter that is a date. */
  static boolean dated(String type, String parameter) {
    return ofKind(type, parameter, RestSearchParameterTypeEnum.DATE);
  }

  /** True for a parameter that is a reference. */
  static boolean referring(String type, String parameter) {
    return ofKind(type, parameter, RestSearchParameterTypeEnum.REFERENCE);
  }

  /** True for a parameter that is a text. */
  static boolean text(String type, String parameter) {
    return ofKind(type, parameter, RestSearchParameterTypeEnum.STRING);
  }

  private static boolean ofKind(String type, String parameter, RestSearchParameterTypeEnum kind) {
    RuntimeSearchParam known = FHIR.getResourceDefinition(type).getSearchParam(parameter);
    return known != null && known.getParamType() == kind;
  }

  /** All that R4 has for the type. */
  static Stream<RuntimeSearchParam> parameters(String type) {
    return FHIR.getResourceDefinition(type).getSearchParams().stream();
  }

  /** Names of parameters that are references. */
  static List<String> references(String type) {
    return FHIR.getResourceDefinition(type).getSearchParams().stream()
        .filter(p -> p.getParamType() == RestSearchParameterTypeEnum.REFERENCE)
        .map(RuntimeSearchParam::getName)
        .toList();
  }

  /** All conditions fit. */
  static boolean fits(Resource resource, Map<String, String[]> filters) {
    return filters.entrySet().stream()
        .allMatch(
            filter ->
                Arrays.stream(filter.getValue())
                    .allMatch(value -> fits(resource, filter.getKey(), value)));
  }

  private static boolean fits(Resource resource, String key, String wanted) {
    int colon = key.indexOf(':');
    String parameter = colon < 0 ? key : key.substring(0, colon);
    String modifier = colon < 0 ? "" : key.substring(colon + 1);
    List<IBase> found = values(resource, parameter);
    if (modifier.equals("missing")) {
      return found.isEmpty() == Boolean.parseBoolean(wanted);
    }
    if (modifier.equals("identifier")) { // as it stands in the reference (section 3.1.1.4.5)
      found = found.stream().map(value -> (IBase) ((Reference) value).getIdentifier()).toList();
    }
    List<IBase> compared = found;
    boolean any =
        conditions(resource.fhirType(), parameter, modifier, wanted)
            .anyMatch(condition -> compared.stream().anyMatch(condition));
    return modifier.equals("not") != any;
  }

  /**
   * Whether it can be asked at all, before anything is found.
   *
   * @throws InvalidRequestException when a value is none of its kind
   */
  static void check(String type, String key, String[] values) {
    if (!key.endsWith(":missing")) {
      for (String wanted : values) {
        conditions(type, key.split(":", 2)[0], "", wanted).forEach(Objects::requireNonNull);
      }
    }
  }

  private static Stream<Predicate<IBase>> conditions(
      String type, String parameter, String modifier, String wanted) {
    RestSearchParameterTypeEnum kind =
        FHIR.getResourceDefinition(type).getSearchParam(parameter).getParamType();
    return Arrays.stream(wanted.split("(?<!\\\\),", -1)).map(one -> condition(kind, modifier, one));
  }

  private static Predicate<IBase> condition(
      RestSearchParameterTypeEnum kind, String modifier, String wanted) {
    return switch (kind) {
      case DATE -> new DateCondition(wanted);
      case STRING -> new TextCondition(ParameterUtil.unescape(wanted), modifier);
      case URI -> {
        String uri = ParameterUtil.unescape(wanted);
        yield value -> value instanceof PrimitiveType<?> one && uri.equals(one.getValueAsString());
      }
      default -> value -> is(value, wanted);
    };
  }

  /** What stands at the paths of a parameter. */
  static List<IBase> values(Resource resource, String parameter) {
    if (resource instanceof Patient patient && parameter.equals(Patient.SP_DECEASED)) {
      return List.of(new BooleanType(dead(patient)));
    }
    RuntimeSearchParam known = FHIR.getResourceDefinition(resource).getSearchParam(parameter);
    var found = new ArrayList<IBase>();
    if (known != null) {
      for (String path : known.getPath().split("\\|", -1)) {
        found.addAll(at(resource, path.strip()));
      }
    }
    return found;
  }

  /** R4: it is there, and not false. */
  private static boolean dead(Patient patient) {
    return patient.hasDeceased()
        && !(patient.getDeceased() instanceof BooleanType no && !no.booleanValue());
  }

  /** What stands at one of them, such as {@code (Observation.value as CodeableConcept).text}. */
  private static List<IBase> at(Resource resource, String path) {
    Matcher typed = TYPED.matcher(path);
    String type = typed.matches() ? typed.group(2) : "";
    String plain = typed.matches() ? typed.group(1) : CONDITION.matcher(path).replaceFirst("");
    plain = plain.replaceFirst("^(Domain)?Resource\\.", resource.fhirType() + ".");
    if (!plain.startsWith(resource.fhirType() + ".")) {
      return List.of();
    }
    List<IBase> all = choice(resource, plain);
    if (type.isEmpty()) {
      return all;
    }
    boolean text = typed.group(3) != null;
    return all.stream()
        .filter(value -> value.fhirType().equalsIgnoreCase(type))
        .map(v -> text && v instanceof CodeableConcept concept ? concept.getTextElement() : v)
        .filter(value -> !value.isEmpty())
        .toList();
  }

  /** A choice of types is written {@code value[x]} by the library. */
  private static List<IBase> choice(Resource resource, String path) {
    return child(resource, path).or(() -> child(resource, path + "[x]")).orElse(List.of());
  }

  /** Empty when there is no such child. */
  private static Optional<List<IBase>> child(Resource resource, String path) {
    try {
      return Optional.of(FHIR.newTerser().getValues(resource, path));
    } catch (DataFormatException | InvalidRequestException e) {
      return Optional.empty();
    }
  }

  private static boolean is(IBase value, String wanted) {
    int bar = ParameterUtil.nonEscapedIndexOf(wanted, '|');
    String system = bar < 0 ? null : ParameterUtil.unescape(wanted.substring(0, bar));
    String code = ParameterUtil.unescape(wanted.substring(bar + 1));
    if (value instanceof CodeableConcept concept) {
      return concept.getCoding().stream()
          .anyMatch(c -> token(c.getSystem(), c.getCode(), system, code));
    }
    if (value instanceof Coding coding) {
      return token(coding.getSystem(), coding.getCode(), system, code);
    }
    if (value instanceof Identifier identifier) {
      return token(identifier.getSystem(), identifier.getValue(), system, code);
    }
    if (value instanceof ContactPoint contact) {
      return Objects.equals(contact.getValue(), code);
    }
    if (value instanceof Reference reference) {
      String literal = reference.getReference();
      return literal != null && (literal.equals(wanted) || literal.endsWith("/" + wanted));
    }
    return value instanceof PrimitiveType<?> primitive
        && Objects.equals(primitive.getValueAsString(), code);
  }

  private static boolean token(
      @Nullable String hasSystem, @Nullable String hasCode, @Nullable String system, String code) {
    boolean fitsSystem =
        system == null || (system.isEmpty() ? hasSystem == null : system.equals(hasSystem));
    return fitsSystem && (code.isEmpty() || code.equals(hasCode));
  }
}
