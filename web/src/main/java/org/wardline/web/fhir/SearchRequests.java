package org.wardline.web.fhir;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.annotation.OptionalParam;
import ca.uhn.fhir.rest.api.RequestTypeEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Bundle;
import org.jspecify.annotations.Nullable;
import org.wardline.mapping.fhir.PostedResources;
import org.wardline.mapping.fhir.Systems;

/**
 * What all searches have in common (http://hl7.org/fhir/R4/search.html), before and after a
 * provider looks: unknown parameters by {@code Prefer: handling}, {@code :missing}, {@code
 * _include} and {@code _revinclude}, {@code _total}, {@code _sort}, and parameters of sealed
 * content.
 */
@Interceptor
public class SearchRequests {
  /** Of IHE's parameters with a dot the spelling that needs none. */
  private static final Pattern UNDOTTED =
      Pattern.compile("(agent|entity|patient|source)-identifier");

  private final Map<String, Set<String>> declared = new HashMap<>();
  private final Inclusions inclusions;

  SearchRequests(List<? extends ReadProvider> providers, Inclusions inclusions) {
    this.inclusions = inclusions;
    for (ReadProvider provider : providers) {
      declared.put(provider.getResourceType().getSimpleName(), declared(provider.getClass()));
    }
  }

  private static Set<String> declared(Class<?> provider) {
    var names = new HashSet<>(SearchTables.COMMON);
    for (Method method : provider.getMethods()) {
      for (Parameter parameter : method.getParameters()) {
        OptionalParam optional = parameter.getAnnotation(OptionalParam.class);
        if (optional != null) {
          names.add(optional.name());
        }
      }
    }
    return names;
  }

  /** HAPI calls this before it chooses a method by the parameters. */
  @Hook(Pointcut.SERVER_INCOMING_REQUEST_PRE_HANDLER_SELECTED)
  public void read(RequestDetails request) {
    String type = request.getResourceName();
    if (!search(request) || !declared.containsKey(type)) {
      return;
    }
    var reading = new Reading(type, lenient(request), request.getParameters());
    reading.extras().keepIn(request);
    request.setParameters(reading.left);
  }

  /** What is told of patients is sealed, but for what has a column. */
  private static boolean sealed(String type, String parameter) {
    if (parameter.equals("_lastUpdated")) {
      return SearchTables.STAMPED.contains(type);
    }
    return (PostedResources.CHART.contains(type)
            || PostedResources.DIRECTORY.contains(type)
            || type.equals("CommunicationRequest")
            || type.equals("Encounter")
            || SearchTables.LOOKED_AT.getOrDefault(type, Set.of()).contains(parameter))
        && ResourceFilter.knows(type, parameter);
  }

  static boolean search(RequestDetails request) {
    boolean posted =
        request.getRequestType() == RequestTypeEnum.POST
            && "_search".equals(request.getOperation());
    boolean got =
        request.getRequestType() == RequestTypeEnum.GET
            && request.getId() == null
            && (request.getOperation() == null || "_search".equals(request.getOperation()));
    return request.getResourceName() != null && (posted || got);
  }

  private static boolean lenient(RequestDetails request) {
    return request.getHeaders("Prefer").stream().anyMatch(p -> p.contains("handling=lenient"));
  }

  /** HAPI calls this with what a provider found. */
  @Hook(Pointcut.SERVER_OUTGOING_RESPONSE)
  public void complete(RequestDetails request, IBaseResource answer) {
    SearchExtras extras = SearchExtras.of(request);
    if (answer instanceof Bundle bundle && bundle.getType() == Bundle.BundleType.SEARCHSET) {
      if (!extras.filters().isEmpty()) {
        bundle.getEntry().removeIf(e -> !ResourceFilter.fits(e.getResource(), extras.filters()));
      }
      total(bundle, extras, request);
      inclusions.add(bundle, extras, request);
    }
  }

  /**
   * What is found on one page is counted; otherwise the total is known only where it was asked for.
   * The library takes the number of entries of a page for it (with {@code _count}).
   */
  private static void total(Bundle bundle, SearchExtras extras, RequestDetails request) {
    boolean counted =
        extras.total() && SearchTables.COUNTED.contains(String.valueOf(request.getResourceName()));
    if (bundle.getLink("next") == null && !extras.asked().containsKey(Page.CURSOR)) {
      bundle.setTotal(bundle.getEntry().size());
    } else if (!counted || !extras.filters().isEmpty()) {
      bundle.setTotalElement(null);
    }
  }

  static InvalidRequestException refused(String key) {
    return new InvalidRequestException(
        "The search parameter " + key + " is not supported in this form.");
  }

  /** One request's parameters, taken apart. */
  private final class Reading {
    private final String type;
    private final boolean lenient;
    private final Map<String, String[]> asked;
    private final Map<String, String[]> left = new LinkedHashMap<>();
    private final List<String> includes = new ArrayList<>();
    private final List<String> reverse = new ArrayList<>();
    private final Map<String, Boolean> missing = new HashMap<>();
    private final Map<String, String[]> filters = new LinkedHashMap<>();
    private @Nullable String sort;
    private boolean total;
    private boolean counted;
    private boolean nothing;

    Reading(String type, boolean lenient, Map<String, String[]> asked) {
      this.type = type;
      this.lenient = lenient;
      this.asked = new LinkedHashMap<>(asked);
      new LinkedHashMap<>(asked).forEach((key, values) -> take(dotted(key), values));
    }

    SearchExtras extras() {
      PatientSpellings.reconcile(left);
      if (counted) {
        left.remove("_elements");
        left.put("_summary", new String[] {"count"});
      }
      return new SearchExtras(asked, includes, reverse, missing, filters, sort, total, nothing);
    }

    private String dotted(String key) {
      return type.equals("AuditEvent") && UNDOTTED.matcher(key).matches()
          ? key.replace('-', '.')
          : key;
    }

    private void take(String key, String[] values) {
      String name = name(key);
      String last = values.length == 0 ? "" : values[values.length - 1];
      switch (name) {
        case "_include" -> {
          plain(key, name);
          Arrays.stream(values).forEach(Inclusions::check);
          includes.addAll(Arrays.asList(values));
        }
        case "_revinclude" -> {
          plain(key, name);
          reverse.addAll(Arrays.asList(values));
        }
        case "_total" -> total = last.equals("accurate");
        case "_sort" -> sort(last);
        case "_count" -> count(last, values);
        default -> parameter(key, name, values);
      }
      if (key.equals("_summary") && last.equals("count")) {
        total = true;
      }
    }

    /** What is given along is not asked again for what it refers to. */
    private void plain(String key, String name) {
      if (!key.equals(name)) {
        refuse(key);
      }
    }

    /** None at all means only their number (section 3.1.1.5.5). */
    private void count(String last, String[] values) {
      if (!last.matches("[+-]?0+")) {
        left.put("_count", values);
      } else if (SearchTables.COUNTED.contains(type)) {
        counted = true;
        total = true;
      } else {
        throw new InvalidRequestException("Of " + type + " there is no number without a page.");
      }
    }

    private void sort(String wanted) {
      if (SearchTables.ORDERS.getOrDefault(type, List.of("_id")).contains(wanted)) {
        sort = wanted;
      } else {
        unknown(
            "_sort",
            type
                + " is sorted by "
                + String.join(", ", SearchTables.ORDERS.getOrDefault(type, List.of("_id")))
                + ".");
      }
    }

    private void parameter(String key, String name, String[] values) {
      String modifier = key.contains(":") ? key.substring(key.indexOf(':') + 1) : "";
      boolean known = declared.getOrDefault(type, Set.of()).contains(name);
      if (modifier.equals("missing") && !Set.of("true", "false").contains(values[0])) {
        throw new InvalidRequestException("The value of :missing is true or false.");
      }
      if (SearchTables.NEVER.getOrDefault(type, Set.of()).contains(name)) {
        nothing |=
            !modifier.equals("not") && !(modifier.equals("missing") && values[0].equals("true"));
      } else if (sealed(type, name)
          && (!known || filtered(name, modifier) || beyondColumns(name, values))) {
        filtered(key, modifier, values);
      } else if (!known) {
        unknown(key, type + " is not searched by it here.");
      } else if (modifier.equals("missing")) {
        missing(key, name, values);
      } else if (permitted(name, modifier)) {
        if (modifier.isEmpty() && coded(name)) {
          filters.put(key, values);
        }
        // the two spellings of a search by identifier
        if (left.put(key.replace(":identifier", ".identifier"), leading(name, values)) != null) {
          refuse(key);
        }
      } else {
        refuse(key);
      }
    }

    private boolean coded(String name) {
      return SearchTables.CODED.contains(name)
          && (PostedResources.CHART.contains(type) || PostedResources.DIRECTORY.contains(type));
    }

    private static boolean otherSystems(String[] values) {
      return Arrays.stream(values)
          .flatMap(value -> Arrays.stream(value.split(",", -1)))
          .anyMatch(v -> v.contains("|") && !v.startsWith(Systems.CATEGORY + "|"));
    }

    /** Of codes that must all be there, the first leads to the records. */
    private String[] leading(String name, String[] values) {
      return coded(name) ? Arrays.copyOf(values, Math.min(1, values.length)) : values;
    }

    /** All days but one, and categories of other systems: the column does not tell. */
    private boolean beyondColumns(String name, String[] values) {
      boolean others =
          ResourceFilter.dated(type, name)
              && Arrays.stream(values).anyMatch(value -> value.startsWith("ne"));
      boolean foreign =
          type.equals("CommunicationRequest") && name.equals("category") && otherSystems(values);
      return others || foreign;
    }

    private static String name(String key) {
      return key.split("[:.]", 2)[0];
    }

    /** What no column tells of is looked for in what was found. */
    private boolean filtered(String name, String modifier) {
      boolean looked =
          !SearchTables.MISSING.getOrDefault(type, Set.of()).contains(name)
              && modifier.equals("missing");
      return looked || (modifier.equals("not") && !negated(name));
    }

    private boolean negated(String name) {
      return SearchTables.NEGATED.getOrDefault(type, Set.of()).contains(name);
    }

    private void missing(String key, String name, String[] values) {
      if (SearchTables.ALWAYS.getOrDefault(type, Set.of()).contains(name)) {
        nothing |= values[0].equals("true");
        return;
      }
      if (!SearchTables.MISSING.getOrDefault(type, Set.of()).contains(name)) {
        refuse(key);
      }
      missing.put(name, Boolean.parseBoolean(values[0]));
    }

    private void filtered(String key, String modifier, String[] values) {
      boolean other = modifier.equals("identifier") && ResourceFilter.referring(type, name(key));
      if (key.contains(".") || (!other && !Set.of("", "not", "missing").contains(modifier))) {
        refuse(key);
      }
      ResourceFilter.check(type, key, values);
      filters.put(key, values);
    }

    /**
     * A type of resource, an identifier instead of a reference, or a negation where there is one.
     */
    private boolean permitted(String name, String modifier) {
      return modifier.isEmpty()
          || modifier.equals("identifier")
          || Character.isUpperCase(modifier.charAt(0))
          || (modifier.equals("not") && negated(name));
    }

    /** To leave a modifier out would find something else than what was asked for. */
    private void refuse(String key) {
      throw refused(key);
    }

    private void unknown(String key, String words) {
      if (!lenient) {
        throw new InvalidRequestException("The search parameter " + key + " is unknown: " + words);
      }
      asked.remove(key);
    }
  }
}
