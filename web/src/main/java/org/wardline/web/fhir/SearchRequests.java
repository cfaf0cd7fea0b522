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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Bundle;
import org.jspecify.annotations.Nullable;
import org.wardline.mapping.fhir.PostedResources;

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

  private static final Set<String> TOTALS = Set.of("none", "estimate", "accurate");
  private static final Set<String> SUMMARIES = Set.of("true", "false", "text", "data", "count");

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
    private final List<Inclusions.Wanted> includes = new ArrayList<>();
    private final List<Inclusions.Wanted> reverse = new ArrayList<>();
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
          Arrays.stream(values).forEach(Inclusions::check);
          includes.addAll(along(key, name, values));
        }
        case "_revinclude" -> {
          reverse.addAll(along(key, name, values));
        }
        case "_total" -> {
          known(key, last, TOTALS);
          total = last.equals("accurate");
        }
        case "_sort" -> sort(last);
        case "_count" -> count(last, values);
        default -> parameter(key, name, values);
      }
      if (key.equals("_summary")) {
        known(key, last, SUMMARIES);
        total |= last.equals("count");
      }
    }

    /** With {@code :iterate}, what is given along is asked as well. */
    private List<Inclusions.Wanted> along(String key, String name, String[] values) {
      boolean iterated = key.equals(name + ":iterate") || key.equals(name + ":recurse");
      if (!iterated && !key.equals(name)) {
        refuse(key);
      }
      return Arrays.stream(values).map(value -> new Inclusions.Wanted(value, iterated)).toList();
    }

    /** None at all means only their number (section 3.1.1.5.5). */
    private void count(String last, String[] values) {
      if (!last.matches("[+-]?0+")) {
        if (last.startsWith("-")) {
          throw new InvalidRequestException("_count is not negative.");
        }
        left.put("_count", values);
      } else if (SearchTables.COUNTED.contains(type)) {
        counted = true;
        total = true;
      } else {
        throw new InvalidRequestException("Of " + type + " there is no number without a page.");
      }
    }

    private void known(String key, String value, Set<String> values) {
      if (!values.contains(value)) {
        throw new InvalidRequestException(
            key + " is one of: " + String.join(", ", new TreeSet<>(values)) + ".");
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
      } else if (SearchTables.sealed(type, name)
          && (!known
              || filtered(name, modifier)
              || SearchTables.beyondColumns(type, name, values)
              || (name.equals("encounter") && modifier.equals("identifier")))) {
        filtered(key, modifier, values);
      } else if (!known) {
        unknown(key, type + " is not searched by it here.");
      } else if (modifier.equals("missing")) {
        missing(key, name, values);
      } else if (permitted(name, modifier)) {
        if (SearchTables.halfIdentifier(name, values)) {
          throw new InvalidRequestException(
              "Of " + type + " an identifier is asked for by system|value, or by a value of any.");
        }
        column(key, name, modifier, values);
      } else {
        refuse(key);
      }
    }

    /** A column leads to what is found. What else is said of the same, must fit as well. */
    private void column(String key, String name, String modifier, String[] values) {
      if (name.equals("_id")) {
        left.put(key, values.length > 1 ? new String[] {common(values)} : values);
        return;
      }
      if (modifier.isEmpty() && coded(name)) {
        filters.put(key, values);
        left.put(key, Arrays.copyOf(values, Math.min(1, values.length)));
        return;
      }
      if (SearchTables.looseColumn(type, name, modifier)) {
        filters.put(key, values);
      }
      boolean whole =
          name.startsWith("_")
              || ResourceFilter.dated(type, name)
              || SearchTables.TOGETHER.getOrDefault(type, Set.of()).contains(name);
      boolean taken = !whole && left.keySet().stream().anyMatch(other -> name(other).equals(name));
      int leading = whole ? values.length : taken ? 0 : Math.min(1, values.length);
      if (values.length > leading) {
        again(key, name, modifier, Arrays.copyOfRange(values, leading, values.length));
      }
      // the two spellings of a search by identifier
      String spelled = key.replace(":identifier", ".identifier");
      if (!taken && left.put(spelled, Arrays.copyOf(values, leading)) != null) {
        refuse(key);
      }
    }

    /**
     * Said more than once, all of it is meant (section 3.1.1.4.2). By identifier it is not: that
     * need not stand in a reference.
     */
    private void again(String key, String name, String modifier, String[] values) {
      boolean lookedAt = !type.equals("AuditEvent") && ResourceFilter.knows(type, name);
      if (!lookedAt || modifier.equals("identifier")) {
        refuse(key);
      }
      filtered(key, modifier, values);
    }

    /** Keys that all of these lists have; one that nothing has when there is none. */
    private static String common(String[] lists) {
      Set<String> common = new LinkedHashSet<>(Arrays.asList(lists[0].split(",", -1)));
      for (String list : lists) {
        common.retainAll(Arrays.asList(list.split(",", -1)));
      }
      return common.isEmpty() ? Requests.NOTHING.toString() : String.join(",", common);
    }

    private boolean coded(String name) {
      return SearchTables.CODED.contains(name)
          && (PostedResources.CHART.contains(type) || PostedResources.DIRECTORY.contains(type));
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
      boolean text =
          TextCondition.MODIFIERS.contains(modifier) && ResourceFilter.text(type, name(key));
      if (key.contains(".")
          || !(other || text || Set.of("", "not", "missing").contains(modifier))) {
        refuse(key);
      }
      ResourceFilter.check(type, key, values);
      filters.put(key, values);
    }

    /**
     * A type of resource, an identifier instead of a reference, a negation where there is one, or
     * another way to compare a text.
     */
    private boolean permitted(String name, String modifier) {
      return modifier.isEmpty()
          || modifier.equals("identifier")
          || Character.isUpperCase(modifier.charAt(0))
          || (modifier.equals("not") && negated(name))
          || (TextCondition.MODIFIERS.contains(modifier)
              && SearchTables.TEXTS.getOrDefault(type, Set.of()).contains(name));
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
