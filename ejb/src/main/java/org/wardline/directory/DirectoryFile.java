package org.wardline.directory;

import com.fasterxml.jackson.core.type.TypeReference;
import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.wardline.directory.OnCallRoles.OnCallRole;
import org.wardline.setting.JsonFile;
import org.wardline.setting.Settings;

/**
 * On-call roles that the operator listed ({@code wardline.directory.file}), and who holds them at
 * the very start.
 */
@Stateless
@SuppressWarnings("NullAway.Init")
public class DirectoryFile {
  private static final String SETTING = "wardline.directory.file";

  @Inject private Settings settings;
  @Inject private OnCallRoles roles;
  @Inject private People people;

  /** The file. */
  record Listed(List<Role> roles) {}

  /**
   * One role.
   *
   * @param fallback code of the role that answers while this one is vacant; absent: the switchboard
   * @param heldBy user name of its first holder; whoever takes the role later keeps it
   */
  record Role(
      String code,
      String name,
      String department,
      @Nullable String fallback,
      @Nullable String heldBy) {}

  /** Takes over the roles; a role that already had a holder keeps its own. May be repeated. */
  public void apply() {
    settings
        .file(SETTING)
        .map(file -> JsonFile.read(SETTING, file, new TypeReference<Listed>() {}))
        .ifPresent(listed -> listed.roles().forEach(this::apply));
  }

  private void apply(Role role) {
    var organization = settings.organization();
    roles.keep(organization, role.code(), role.name(), role.department(), role.fallback());
    OnCallRole kept = roles.byCode(organization, role.code()).orElseThrow();
    if (role.heldBy() != null && !roles.everHeld(kept.id())) {
      people
          .byUsername(organization, role.heldBy())
          .ifPresent(holder -> roles.take(organization, kept.id(), holder.id()));
    }
  }
}
