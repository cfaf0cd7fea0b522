/** Validation against a hospital's profiles, apart from the server's own class path. */
@NullMarked
package org.wardline.profiles;

import org.jspecify.annotations.NullMarked;
