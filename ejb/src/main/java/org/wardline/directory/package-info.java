/** People, machines, on-call roles and who holds them. */
@NullMarked
package org.wardline.directory;

import org.jspecify.annotations.NullMarked;
