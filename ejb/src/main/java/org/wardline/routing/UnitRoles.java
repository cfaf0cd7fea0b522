package org.wardline.routing;

import com.fasterxml.jackson.core.type.TypeReference;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import org.wardline.setting.InvalidSettingException;
import org.wardline.setting.JsonFile;
import org.wardline.setting.Settings;

/**
 * Which on-call role looks after the patients of a ward ({@code wardline.units.file}): it is told
 * of critical results, and comes into the conversations of who is transferred there.
 */
@Singleton
public class UnitRoles {
  private static final String SETTING = "wardline.units.file";
  private final List<Unit> units;

  /**
   * One entry.
   *
   * @param location how the patient's location begins ({@code ward · room · bed}); {@code *} fits
   *     all
   * @param role code of an on-call role
   */
  record Unit(String location, String role) {
    Unit {
      if (location == null || role == null || location.isBlank() || role.isBlank()) {
        throw new InvalidSettingException(SETTING, "each entry needs location and role");
      }
    }

    boolean fits(String place) {
      return location.equals("*") || place.equals(location) || place.startsWith(location + " ·");
    }
  }

  @Inject
  public UnitRoles(Settings settings) {
    this(
        settings
            .file(SETTING)
            .map(file -> JsonFile.read(SETTING, file, new TypeReference<List<Unit>>() {}))
            .orElse(List.of()));
  }

  UnitRoles(List<Unit> units) {
    this.units = List.copyOf(units);
  }

  /**
   * Code of the role of the ward itself; empty where only an entry for all wards ({@code *}) fits:
   * whoever is told when nobody else is does not look after all patients.
   */
  public Optional<String> ofWard(String location) {
    return units.stream()
        .filter(unit -> !unit.location().equals("*") && unit.fits(location))
        .map(Unit::role)
        .findFirst();
  }

  /** Code of the first role that fits; empty when none does. */
  public Optional<String> of(String location) {
    return units.stream().filter(unit -> unit.fits(location)).map(Unit::role).findFirst();
  }
}
