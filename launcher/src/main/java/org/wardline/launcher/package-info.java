/**
 * The wardline command: starts and stops the whole system on one machine, and helps its operator.
 */
@NullMarked
package org.wardline.launcher;

import org.jspecify.annotations.NullMarked;
