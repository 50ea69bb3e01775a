// As in a container whose user has neither HOME nor a line in /etc/passwd: what Node asks the system about the user fails.
const os = require('node:os')

delete process.env.HOME
os.userInfo = os.homedir = () => {
  throw Object.assign(new Error('A system error occurred: uv_os_get_passwd returned ENOENT'), {
    code: 'ERR_SYSTEM_ERROR',
  })
}
