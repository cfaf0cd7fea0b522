package org.wardline.routing;

import java.util.List;

/**
 * The rules that hold. Nothing is filed unless one of them says so.
 *
 * @param version 0 for those of the operator's file
 */
public record Routes(int version, List<Route> list) {
  public Routes {
    list = List.copyOf(list);
  }

  /** True when a rule asks for the class of the patient's stay. */
  public boolean needClass() {
    return list.stream().anyMatch(route -> route.classes() != null);
  }
}
