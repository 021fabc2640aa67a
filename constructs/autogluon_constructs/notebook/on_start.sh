#!/bin/bash
# Installs the client at each start of the instance, as root. SageMaker gives it five minutes, and
# does not start an instance whose script fails.
set -euo pipefail

wheel="/tmp/@WHEEL@"
aws s3 cp --only-show-errors --region "@REGION@" "@WHEEL_URI@" "$wheel"

# Terminals and kernels have these variables.
cat > /etc/profile.d/jupyter-env.sh <<'VARIABLES'
export AWS_DEFAULT_REGION="@REGION@"
export AUTOGLUON_ENVIRONMENT="@ENVIRONMENT@"
VARIABLES

installed=""
for python in /home/ec2-user/anaconda3/envs/*/bin/python; do
    [ "$(basename "$(dirname "$(dirname "$python")")")" = "JupyterSystemEnv" ] && continue
    "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || continue
    sudo -u ec2-user "$python" -m pip install --quiet @PIP_OPTIONS@ "$wheel"
    installed="$installed $python"
done
if [ -n "$installed" ]; then
    echo "The client is installed for$installed"
else
    echo "No kernel of this instance has Python 3.11 or newer, which the client needs"
fi
systemctl --no-block restart jupyter-server.service
